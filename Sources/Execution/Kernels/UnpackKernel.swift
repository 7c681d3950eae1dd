import CKernels

/// Blocks of channels to a row-major tensor.
struct UnpackKernel: Kernel {
  static let code = "unpack"

  nonisolated(unsafe) var context = cnn_packing()
  var input: [PlaneReference] = []
  var target: Operand?

  init() {}

  init(_ context: cnn_packing, input: [PlaneReference], target: Operand) {
    (self.context, self.input, self.target) = (context, input, target)
  }

  var name: String { "unpack" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.operand(&target, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { context.cut(partition) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    let count = try c.check(check)
    try check.reads(
      input, count: Buffer.blocks(of: Int(c.channels)), images: c.images, height: c.height, width: c.width)
    try check.writes(target, rows: 1, columns: count, distance: count)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.plain_output, c.blocks) = (binding.floats(target), binding.planes(input))
    binding.add(cnn_unpack_kernel, c, tasks: tasks)
  }
}
