import CKernels

/// Local response normalization over neighbouring channels.
struct ResponseNormalizationKernel: Kernel {
  static let code = "lrn"

  nonisolated(unsafe) var context = cnn_lrn()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []

  init() {}

  init(_ context: cnn_lrn, input: [PlaneReference], output: [PlaneReference]) {
    (self.context, self.input, self.output) = (context, input, output)
  }

  var name: String { "lrn" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
  }

  var scratch: Int {
    var c = context
    return Int(cnn_lrn_scratch(&c))
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int {
    let c = context
    let bytes = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.channels) * 32
    let wanted = partition.tasks(microseconds: Double(bytes) / Partition.bytesPerMicrosecond)
    context.band = Int32(max(1, Int(c.height) * Int(c.images) / wanted))
    return Int(c.images) * ceiling(c.height, context.band)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_lrn_kernel, c, tasks: tasks)
  }
}
