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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int { partition.spread(&context, bytes: 8) }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.first, c.second, c.output) = (binding.planes(first), binding.planes(second), binding.planes(output))
    (c.scale, c.shift) = (UnsafePointer(binding.floats(scale)), UnsafePointer(binding.floats(shift)))
    binding.add(cnn_elementwise_kernel, c, tasks: tasks)
  }
}

extension cnn_elementwise: BandedContext {}
