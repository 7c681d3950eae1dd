import CKernels

/// A row-major tensor to blocks of channels.
struct PackKernel: Kernel {
  static let code = "pack"

  nonisolated(unsafe) var context = cnn_packing()
  var source: Operand?
  var output: [PlaneReference] = []

  init() {}

  init(_ context: cnn_packing, source: Operand, output: [PlaneReference]) {
    (self.context, self.source, self.output) = (context, source, output)
  }

  var name: String { "pack" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.planes(&output, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int { context.cut(partition) }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.plain_input, c.blocks) = (UnsafePointer(binding.floats(source)), binding.planes(output))
    let bound = binding.add(cnn_pack_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.plain_input = $0.assumingMemoryBound(to: Float.self) }
  }
}

extension cnn_packing {
  /// Cuts packing or unpacking into images, blocks and bands of rows.
  mutating func cut(_ partition: Partition) -> Int {
    let bytes = Int(images) * Int(channels) * Int(height) * Int(width) * 8
    let blocks = Int(images) * ceiling(channels, 16)
    band = Int32(partition.stream(images: blocks, rows: Int(height), blocks: 1, bytes: bytes).band)
    return blocks * ceiling(height, band)
  }
}
