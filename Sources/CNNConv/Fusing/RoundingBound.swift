import CNNGraphs
import CNNOperators
import CNNTensors

/// How far a slice's value may be from the exact one because each number it stores was rounded once.
///
/// It goes through the nodes one by one with their values and errors. Each operator says how it passes errors on
/// (``ErrorPropagation``).
struct RoundingBound {
  private let slice: GraphSlice
  private let given: [String: RuntimeValue]
  private let roundoff: Double

  init(_ slice: GraphSlice, _ given: [String: RuntimeValue], roundoff: Double) {
    (self.slice, self.given, self.roundoff) = (slice, given, roundoff)
  }

  /// The bound for each element of the slice's value.
  func errors() throws -> Tensor {
    var live: [ValueID: RuntimeValue] = [:]
    var errors: [ValueID: Tensor] = [:]
    for index in slice.nodes {
      let node = slice.graph.nodes[index]
      let inputs = try node.inputs.map { try $0.map { try slice.value($0, live, given, true) } }
      let made = try node.operator.evaluateCharged(EvaluationContext(inputs: inputs, outputCount: node.outputs.count))
      let context = ErrorContext(
        inputs: inputs, inputErrors: node.inputs.map { $0.flatMap { errors[$0] } }, roundoff: roundoff,
        outputCount: node.outputs.count)
      let known = try (node.operator as? any ErrorPropagation)?.errors(context)
      for (position, output) in node.outputs.enumerated() {
        guard let output, position < made.count else { continue }
        live[output] = made[position]
        guard let tensor = made[position].tensor, tensor.elementType.isFloatingPoint else { continue }
        let own = known.flatMap { position < $0.count ? $0[position].tensor : nil }
        errors[output] = try own ?? context.largest(for: tensor)
      }
    }
    guard let result = errors[slice.result] else { throw ConversionError(.internalFault, "no bound") }
    return result
  }
}
