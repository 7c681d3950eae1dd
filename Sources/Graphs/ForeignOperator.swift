import CNNTensors

/// An operator that is kept and written back unchanged. It is of a foreign domain, newer than this program, has settings
/// the program does not know, or calls a function that the model defines. Only such a call can run.
public struct ForeignOperator: Operator {
  /// Never matches a file's operator.
  public static var signature: OperatorSignature {
    OperatorSignature("", versions: [1], inputs: 0...OperatorSignature.any, outputs: 0...OperatorSignature.any)
  }

  /// The operator's name in its domain.
  public let name: String
  /// Its domain.
  public let domain: String
  /// The attributes as the file states them.
  public let attributes: [(name: String, value: Attribute)]
  /// Why it cannot run; meaningless if there is a ``function``.
  public let reason: String
  /// The function's body with this call's attributes put in, if the model brings one.
  public let function: Graph?

  /// Keeps an operator.
  public init(
    _ name: String, domain: String, attributes: [(name: String, value: Attribute)], reason: String,
    function: Graph? = nil
  ) {
    (self.name, self.domain, self.attributes, self.reason) = (name, domain, attributes, reason)
    self.function = function
  }

  /// Always fails: a foreign operator is made from what the file holds.
  public init(from node: inout NodeReader) throws { throw OperatorError.unsupported("a foreign operator") }

  /// Writes the attributes as they were.
  public func write(to node: inout NodeWriter) { for (name, value) in attributes { node.set(name, value) } }

  /// Name and domain of this operator.
  public var signature: OperatorSignature {
    OperatorSignature(
      name, domain: domain, versions: [1], inputs: 0...OperatorSignature.any, outputs: 0...OperatorSignature.any)
  }

  /// The graphs among the attributes, which are not run.
  public var bodies: [Graph] { attributes.flatMap(\.value.graphs) }

  /// Those of the function's outputs; otherwise nothing is known.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let function else { return Array(repeating: .unknown, count: context.outputCount) }
    let unknown = InferredValue.unknown
    return try context.inferBody(
      function, function.inputs.indices.map { $0 < context.inputs.count ? context.inputs[$0] ?? unknown : unknown })
  }

  /// Runs the function.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    guard let function else { throw OperatorError.unsupported(reason) }
    return try context.run(
      function, function.inputs.indices.map { $0 < context.inputs.count ? context.inputs[$0] ?? .none : .none })
  }
}
