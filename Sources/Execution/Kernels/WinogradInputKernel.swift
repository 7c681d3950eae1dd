import CKernels

/// The transform of a Winograd convolution's input, if all tasks share it.
struct WinogradInputKernel: Kernel {
  static let code = "winograd input"

  nonisolated(unsafe) var context = cnn_winograd()
  var input: [PlaneReference] = []
  /// The transformed input.
  var target: Operand?

  init() {}

  init(_ context: cnn_winograd, input: [PlaneReference], target: Operand) {
    (self.context, self.input, self.target) = (context, input, target)
  }

  var name: String { "winograd input" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.operand(&target, .writes)
  }

  func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int {
    let groups = max(1, Int(context.output_blocks) / Int(context.group_outputs))
    return context.tileGroups * Int(context.group_inputs) * groups
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.shared) = (binding.planes(input), binding.floats(target))
    binding.add(cnn_winograd_input_kernel, c, tasks: tasks)
  }
}

extension cnn_winograd {
  /// Groups of tiles of all images, each the tiles of one task.
  var tileGroups: Int {
    let tiles = Int(images) * ceiling(height, 4) * ceiling(width, 4)
    return ceiling(Int32(tiles), self.tiles)
  }
}
