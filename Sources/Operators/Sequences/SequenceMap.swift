import CNNGraphs
import CNNTensors

/// Runs a body for each element of a sequence. Inputs: the sequence, then sequences of the same length, of which the body
/// gets an element, and tensors, which it gets whole. Each of the body's outputs becomes a sequence.
public struct SequenceMap: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "SequenceMap", versions: [17], inputs: 1...OperatorSignature.any, outputs: 1...OperatorSignature.any)

  /// What is run.
  public let body: Graph

  /// Makes the operator with these settings.
  public init(body: Graph) { self.body = body }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    body = try node.graph("body")
    guard body.inputs.count == node.inputCount else {
      throw OperatorError.invalid("a body of \(body.inputs.count) inputs for \(node.inputCount)")
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("body", .graph(body)) }

  /// Graphs that the operator runs.
  public var bodies: [Graph] { [body] }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let arguments = context.inputs.indices.map { index in
      if case .sequence(let element) = context.type(index) { element } else { context.type(index) }
    }
    let results = try WorkBudget.attempt {
      try context.inferBody(body, arguments.map { InferredValue($0) })
    }
    return (0..<context.outputCount).map { index in
      InferredValue(.sequence(results.flatMap { index < $0.count ? $0[index].type : nil } ?? .unknown))
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let count = try context.sequence(0).values.count
    let inputs = try context.inputs.indices.map { try context.input($0) }
    for (index, input) in inputs.enumerated() {
      if case .sequence(let values, _) = input, values.count != count {
        throw OperatorError.input(index, expected: "a sequence of \(count)")
      }
    }
    var results = body.outputs.map { _ in [RuntimeValue]() }
    for element in 0..<count {
      try WorkBudget.current.charge(WorkBudget.Cost.node)
      let arguments = inputs.map { input in
        if case .sequence(let values, _) = input { values[element] } else { input }
      }
      let outputs = try context.run(body, arguments)
      for index in results.indices where index < outputs.count { results[index].append(outputs[index]) }
    }
    return zip(results, body.outputs).map { .sequence($0, element: body[$1].declaredType ?? body[$1].type) }
  }
}
