import CKernels

/// One or two tensors element by element, with a scale and shift by channel and an activation.
struct ElementwiseKernel: Kernel {
  static let code = "elementwise"

  nonisolated(unsafe) var context = cnn_elementwise()
  var first: [PlaneReference] = []
  /// Empty for none.
  var second: [PlaneReference] = []
  var output: [PlaneReference] = []
  /// Of the first operand, by channel.
  var scale: Operand?
  var shift: Operand?

  init() {}

  init(_ context: cnn_elementwise, first: [PlaneReference], second: [PlaneReference], output: [PlaneReference]) {
    (self.context, self.first, self.second, self.output) = (context, first, second, output)
  }

  var name: String { "elementwise" }
  var details: [String] { second.isEmpty ? [] : ["second operand"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&first, .reads)
    try fields.planes(&second, .reads)
    try fields.planes(&output, .writes)
    try fields.operand(&scale, .reads)
    try fields.operand(&shift, .reads)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { partition.spread(&context, bytes: 8) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.activation(c.activation)
    try check.require(c.join == CNN_ADD || c.join == CNN_SUBTRACT || c.join == CNN_MULTIPLY)
    let blocks = Int(c.blocks)
    try check.reads(first, count: blocks, images: c.images, height: c.height, width: c.width)
    if !second.isEmpty {
      let isPixel = c.second_is_pixel != 0
      try check.reads(
        second, count: blocks, images: c.images, height: isPixel ? 1 : c.height, width: isPixel ? 1 : c.width)
    }
    try check.require((scale == nil) == (shift == nil))
    let count = try check.product(blocks, Buffer.laneCount)
    if scale != nil {
      try check.constants(scale, count)
      try check.constants(shift, count)
    }
    try check.writes(output, count: blocks, images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.first, c.second, c.output) = (binding.planes(first), binding.planes(second), binding.planes(output))
    (c.scale, c.shift) = (UnsafePointer(binding.floats(scale)), UnsafePointer(binding.floats(shift)))
    binding.add(cnn_elementwise_kernel, c, tasks: tasks)
  }
}

extension cnn_elementwise: BandedContext {}
