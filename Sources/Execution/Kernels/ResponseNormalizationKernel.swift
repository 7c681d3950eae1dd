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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let bytes = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.channels) * 32
    let wanted = partition.tasks(microseconds: Double(bytes) / Partition.bytesPerMicrosecond)
    context.band = Int32(min(Int(c.height), max(1, Int(c.height) * Int(c.images) / wanted)))
  }

  var taskCount: Int { Int(context.images) * ceiling(context.height, context.band) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.sizes(c.channels, c.images, c.height, c.width, c.size, c.band)
    try check.require(c.band <= c.height && Int(c.size) <= 2 * Int(c.channels) + 1)
    let blocks = Buffer.blocks(of: Int(c.channels))
    try check.reads(input, count: blocks, images: c.images, height: c.height, width: c.width)
    try check.writes(output, count: blocks, images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_lrn_kernel, c, tasks: tasks)
  }
}
