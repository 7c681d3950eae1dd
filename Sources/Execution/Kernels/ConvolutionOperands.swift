/// What every kernel of convolutions reads and writes.
struct ConvolutionOperands: Sendable {
  var input: [PlaneReference] = []
  /// Added before the activation; empty for none.
  var residual: [PlaneReference] = []
  var output: [PlaneReference] = []
  var weights: Operand?
  var bias: Operand?

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.planes(&input, .reads)
    try fields.planes(&residual, .reads)
    try fields.planes(&output, .writes)
    try fields.operand(&weights, .reads)
    try fields.operand(&bias, .reads)
  }

  /// Bias, residual and output, which all convolutions have.
  func check(_ check: inout some AccessCheck, _ blocks: Int, _ images: Int32, _ height: Int32, _ width: Int32) throws {
    try check.constants(bias, check.product(blocks, Buffer.laneCount))
    if !residual.isEmpty { try check.reads(residual, count: blocks, images: images, height: height, width: width) }
    try check.writes(output, count: blocks, images: images, height: height, width: width)
  }

  /// What a plan's listing says of them.
  var details: [String] { residual.isEmpty ? [] : ["second operand"] }
}
