import CNNGraphs
import CNNOperators

extension Node {
  /// The node's results by its operator's own kernel.
  /// - Parameter captures: the values that its bodies read by name.
  func evaluate(_ inputs: [RuntimeValue?], captures: [String: RuntimeValue]) throws -> [RuntimeValue] {
    let bodies = BodyEvaluators()
    let context = EvaluationContext(inputs: inputs, outputCount: outputs.count) { body, arguments in
      try bodies.evaluator(of: body).run(arguments, captured: captures)
    }
    return try self.operator.evaluateCharged(context)
  }
}
