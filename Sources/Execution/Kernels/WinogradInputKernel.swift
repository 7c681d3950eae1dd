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

  var taskCount: Int { context.tileGroups * Int(context.group_inputs) * context.groups }

  func check(_ check: inout some AccessCheck) throws {
    var c = context
    try c.check(check)
    try check.reads(
      input, count: c.groups * Int(c.group_inputs), images: c.images, height: c.input_height, width: c.input_width)
    let shared = Int(cnn_winograd_shared(&c))
    try check.writes(target, rows: 1, columns: shared, distance: shared)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.shared) = (binding.planes(input), binding.floats(target))
    binding.add(cnn_winograd_input_kernel, c, tasks: tasks)
  }
}

extension cnn_winograd {
  /// Groups of tiles of all images, each the tiles of one task.
  var tileGroups: Int { (allTiles + Int(tiles) - 1) / Int(tiles) }

  /// Groups of channels.
  var groups: Int { max(1, Int(output_blocks) / Int(group_outputs)) }

  private var allTiles: Int { Int(images) * ceiling(height, 4) * ceiling(width, 4) }

  /// Checks the sizes.
  func check(_ check: some AccessCheck) throws {
    try check.sizes(group_inputs, group_outputs, output_blocks, images, input_height, input_width, height, width)
    try check.sizes(tiles, span, channels, filters)
    try check.require(Int(channels) <= Int(group_inputs) * Buffer.laneCount)
    try check.require(Int(filters) <= Int(output_blocks) * Buffer.laneCount)
    try check.activation(activation)
    try check.require(output_blocks % group_outputs == 0 && Int(tiles) <= allTiles && span < output_blocks + 4)
    try check.require((0...2).contains(pad_top) && (0...2).contains(pad_left))
    // A 3×3 window of stride 1 takes two rows and two columns away, and padding at the end adds some.
    for (input, output) in [(input_height, height), (input_width, width)] {
      try check.require(output + 2 >= input && Int(output) <= Int(input) + 1 << 16)
    }
    let points = Int(WINOGRAD_POINTS) * Buffer.laneCount
    _ = try check.product(tileGroups, groups, points, Int(group_inputs) * Int(tiles) + 1)
  }
}
