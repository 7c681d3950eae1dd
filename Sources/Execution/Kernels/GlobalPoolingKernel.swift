import CKernels

/// The largest element or the mean of each channel.
struct GlobalPoolingKernel: Kernel {
  static let code = "global pooling"

  nonisolated(unsafe) var context = cnn_global_pooling()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []

  init() {}

  init(_ context: cnn_global_pooling, input: [PlaneReference], output: [PlaneReference]) {
    (self.context, self.input, self.output) = (context, input, output)
  }

  var name: String { "global pooling" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let bytes = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.blocks) * 64
    let cut = partition.stream(images: Int(c.images), rows: 1, blocks: Int(c.blocks), bytes: bytes)
    context.span = Int32(cut.span)
  }

  var taskCount: Int { Int(context.images) * ceiling(context.blocks, context.span) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.sizes(c.blocks, c.images, c.height, c.width, c.span)
    try check.require(c.span <= c.blocks)
    try check.reads(input, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
    try check.writes(output, count: Int(c.blocks), images: c.images, height: 1, width: 1)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_global_pooling_kernel, c, tasks: tasks)
  }
}
