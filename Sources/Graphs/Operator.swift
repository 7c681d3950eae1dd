/// A computation that a node can stand for. Each operator has one file, which knows everything about it.
///
/// In memory an operator always has the form of its newest version. Reading converts older forms to it (see
/// ``NodeReader``), and writing an older version converts it back (see ``NodeWriter``).
public protocol Operator: Sendable {
  /// Name, versions and arity.
  static var signature: OperatorSignature { get }

  /// Reads the attributes; an attribute that is not read is an error.
  init(from node: inout NodeReader) throws

  /// Writes the attributes for the version asked for.
  func write(to node: inout NodeWriter) throws

  /// Writes the node as several of other operators, if the version asked for cannot express it in one.
  /// - Returns: what stands for each output, as far as it is wanted; `nil` if the operator writes itself.
  /// - Throws: ``OperatorError/unsupported(_:)`` naming the operator set that it takes.
  func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]?

  /// The outputs' types from what is known of the inputs, one for each output the node has.
  func infer(_ context: InferenceContext) throws -> [InferredValue]

  /// The outputs, one for each output the node has; extra ones are ignored. Plain and right for every type.
  func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue]

  /// Name and version history of this very operator; differs from the static one only for foreign operators.
  var signature: OperatorSignature { get }

  /// Graphs the operator runs.
  var bodies: [Graph] { get }

  /// Inputs that hold running statistics, which are counted apart from learned parameters.
  var statisticsInputs: [Int] { get }

  /// False if two runs may give different results.
  var isDeterministic: Bool { get }

  /// Multiplications followed by an addition that one run takes, from the input and output types; `nil` if a
  /// dimension is not known. 0 for everything but convolutions and matrix products.
  func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int?
}

extension Operator {
  /// The static signature.
  public var signature: OperatorSignature { Self.signature }
  /// None.
  public var bodies: [Graph] { [] }
  /// None.
  public var statisticsInputs: [Int] { [] }
  /// True.
  public var isDeterministic: Bool { true }
  /// The operator writes itself.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? { nil }
  /// Nothing to write.
  public func write(to node: inout NodeWriter) throws {}
  /// None.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? { 0 }
}
