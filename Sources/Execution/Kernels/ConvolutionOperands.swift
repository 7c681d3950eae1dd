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

  /// What a plan's listing says of them.
  var details: [String] { residual.isEmpty ? [] : ["second operand"] }
}
