import CKernels

/// A 3×3 convolution of stride 1 by Winograd's algorithm.
struct WinogradKernel: Kernel {
  static let code = "winograd"

  nonisolated(unsafe) var context = cnn_winograd()
  /// With ``shared``, tasks read the input only to do a tile again that holds an infinity or NaN.
  var operands = ConvolutionOperands()
  /// The transformed input that a step before made; `nil` if tasks transform it.
  var shared: Operand?

  init() {}

  init(_ context: cnn_winograd, _ operands: ConvolutionOperands, shared: Operand?) {
    (self.context, self.operands, self.shared) = (context, operands, shared)
  }

  var name: String { "winograd" }

  var details: [String] {
    let c = context
    return [
      "\(c.group_inputs)→\(c.output_blocks) blocks, \(c.width)×\(c.height)",
      "tiles \(c.tiles), span \(c.span)" + (c.expands != 0 ? ", expands" : "") + (shared != nil ? ", shared" : ""),
    ] + operands.details
  }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try operands.visit(&fields)
    try fields.operand(&shared, .reads)
  }

  var scratch: Int {
    var c = context
    guard shared != nil else { return Int(cnn_winograd_scratch(&c)) }
    // Only whether the input is shared counts.
    var zero = Float(0)
    return withUnsafeMutablePointer(to: &zero) { some in
      c.shared = some
      return Int(cnn_winograd_scratch(&c))
    }
  }

  var taskCount: Int { context.tileGroups * ceiling(context.output_blocks, context.span) }

  func check(_ check: inout some AccessCheck) throws {
    var c = context
    try c.check(check)
    let inputs = Int(c.group_inputs)
    if shared != nil {
      let count = Int(cnn_winograd_shared(&c))
      try check.reads(shared, rows: 1, columns: count, distance: count)
    }
    try check.reads(
      operands.input, count: c.groups * inputs, images: c.images, height: c.input_height, width: c.input_width)
    let points = c.expands != 0 ? 9 : Int(WINOGRAD_POINTS)
    try check.constants(operands.weights, check.product(points, 256, inputs, Int(c.output_blocks)))
    try operands.check(&check, Int(c.output_blocks), c.images, c.height, c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.input = binding.planes(operands.input)
    c.residual = binding.planes(operands.residual)
    c.output = binding.planes(operands.output)
    c.weights = UnsafePointer(binding.floats(operands.weights))
    c.bias = UnsafePointer(binding.floats(operands.bias))
    c.shared = binding.floats(shared)
    binding.add(cnn_winograd_kernel, c, tasks: tasks)
  }
}
