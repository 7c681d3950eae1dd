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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { context.cut(partition) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    let count = try c.check(check)
    try check.reads(source, rows: 1, columns: count, distance: count)
    try check.writes(
      output, count: Buffer.blocks(of: Int(c.channels)), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.plain_input, c.blocks) = (UnsafePointer(binding.floats(source)), binding.planes(output))
    let bound = binding.add(cnn_pack_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.plain_input = $0.assumingMemoryBound(to: Float.self) }
  }
}

extension cnn_packing {
  /// Cuts packing or unpacking into images, blocks and bands of rows.
  mutating func cut(_ partition: Partition) {
    let bytes = Int(images) * Int(channels) * Int(height) * Int(width) * 8
    let blocks = Int(images) * ceiling(channels, 16)
    band = Int32(partition.stream(images: blocks, rows: Int(height), blocks: 1, bytes: bytes).band)
  }

  /// Tasks of packing or unpacking.
  var taskCount: Int { Int(images) * ceiling(channels, 16) * ceiling(height, band) }

  /// Checks the sizes.
  /// - Returns: the numbers of the row-major tensor.
  func check(_ check: some AccessCheck) throws -> Int {
    try check.sizes(channels, images, height, width, band)
    try check.require(band <= height)
    return try check.product(Int(images), Int(channels), Int(height), Int(width))
  }
}
