import CKernels

/// What is below zero times its channel's slope.
struct ParametricReluKernel: Kernel {
  static let code = "prelu"

  nonisolated(unsafe) var context = cnn_prelu()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []
  var slope: Operand?

  init() {}

  init(_ context: cnn_prelu, input: [PlaneReference], output: [PlaneReference], slope: Operand) {
    (self.context, self.input, self.output, self.slope) = (context, input, output, slope)
  }

  var name: String { "prelu" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
    try fields.operand(&slope, .reads)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { partition.spread(&context, bytes: 8) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.reads(input, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
    try check.constants(slope, check.product(Int(c.blocks), Buffer.laneCount))
    try check.writes(output, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    c.slope = UnsafePointer(binding.floats(slope))
    binding.add(cnn_prelu_kernel, c, tasks: tasks)
  }
}

extension cnn_prelu: BandedContext {}
