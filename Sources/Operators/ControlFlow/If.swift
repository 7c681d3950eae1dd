import CNNGraphs
import CNNTensors

/// Runs one of two bodies, which take no inputs, as a condition says.
public struct If: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "If", versions: [1, 11, 13, 16, 19, 21, 23, 24, 25], inputs: 1...1, outputs: 1...OperatorSignature.any)

  /// Runs if the condition is true.
  public let thenBranch: Graph
  /// Runs if it is false.
  public let elseBranch: Graph

  /// Makes the operator with these settings.
  public init(then thenBranch: Graph, else elseBranch: Graph) {
    (self.thenBranch, self.elseBranch) = (thenBranch, elseBranch)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    thenBranch = try node.graph("then_branch")
    elseBranch = try node.graph("else_branch")
    for branch in [thenBranch, elseBranch] where branch.outputs.count != node.outputCount {
      throw OperatorError.invalid("a branch has \(branch.outputs.count) outputs, the node \(node.outputCount)")
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("then_branch", .graph(thenBranch))
    node.set("else_branch", .graph(elseBranch))
  }

  /// Graphs that the operator runs.
  public var bodies: [Graph] { [thenBranch, elseBranch] }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let condition = try context.constant(0)?.values(as: UInt64.self).first ?? nil {
      return try context.inferBody(condition != 0 ? thenBranch : elseBranch, [])
    }
    // A branch that cannot run with these shapes may never be meant to: it says nothing of the result.
    let results = try bodies.map { body in try WorkBudget.attempt { try context.inferBody(body, []) } }
    return (0..<context.outputCount).map { output in
      let types = results.compactMap { result in
        result.flatMap { output < $0.count ? $0[output].type : nil }
      }
      guard let first = types.first else { return .unknown }
      return InferredValue(types.dropFirst().reduce(first) { $0.joined(with: $1) })
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    try context.run(context.flag(0) ? thenBranch : elseBranch, [])
  }
}

extension EvaluationContext {
  /// An input that is one truth value.
  package func flag(_ index: Int) throws -> Bool {
    guard let flag = try input(index).flag else { throw OperatorError.input(index, expected: "one bool") }
    return flag
  }
}

extension RuntimeValue {
  /// The truth value, if this is a tensor of one `bool`.
  package var flag: Bool? {
    guard let tensor, tensor.elementType == .bool, tensor.count == 1 else { return nil }
    return tensor.withBytes { $0[0] != 0 }
  }
}
