import CNNTensors

/// Writes a node as several of other operators, for an operator set that cannot express it in one.
///
/// An operator applies others to the node's inputs, and gives back what stands for its results. What it applies is
/// written for the same operator set, and may be expanded in turn.
public struct NodeExpansion {
  /// The version of the operator set that is written.
  public let version: Int
  /// The node's arguments; `nil` if one is left out.
  public let inputs: [NodeOperand?]
  /// For each output, whether somebody reads it.
  public let wantedOutputs: [Bool]

  /// Where an operand comes from.
  package enum Origin: Sendable {
    case input(Int)
    case constant(Tensor)
    case result(step: Int)
  }

  /// One operator that was applied.
  package struct Step: Sendable {
    package let operation: any Operator
    /// Operands by index; `nil` if one is left out.
    package let inputs: [Int?]
    package let outputs: [Int]
  }

  /// The operands' origins, by index.
  package private(set) var origins: [Origin]
  /// What was applied, in order.
  package private(set) var steps: [Step] = []

  /// Starts to write a node.
  public init(version: Int, inputs: [InferredValue?], wantedOutputs: [Bool]) {
    (self.version, self.wantedOutputs) = (version, wantedOutputs)
    origins = inputs.indices.map { .input($0) }
    self.inputs = inputs.enumerated().map { index, known in known.map { NodeOperand(known: $0, index: index) } }
  }

  /// True if the input is given.
  public func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// An input that may be left out.
  public func optionalInput(_ index: Int) -> NodeOperand? { index < inputs.count ? inputs[index] : nil }

  /// An input that must be there.
  public func input(_ index: Int) throws -> NodeOperand {
    guard let input = optionalInput(index) else { throw OperatorError.input(index, expected: "a value") }
    return input
  }

  /// True if anybody reads this output.
  public func wants(_ output: Int) -> Bool { output < wantedOutputs.count && wantedOutputs[output] }

  /// The integers an input is known to hold, if all are known.
  public func integers(_ index: Int) -> [Int]? {
    guard let known = optionalInput(index)?.known else { return nil }
    if let constant = known.constant { return try? constant.values(as: Int64.self).map(Int.init) }
    guard let contents = known.contents else { return nil }
    let values = contents.compactMap(\.value)
    return values.count == contents.count ? values : nil
  }

  /// A constant.
  public mutating func constant(_ tensor: Tensor) -> NodeOperand {
    origins.append(.constant(tensor))
    let known = InferredValue(.tensor(TensorType(of: tensor)), constant: tensor)
    return NodeOperand(known: known, index: origins.count - 1)
  }

  /// Integers as an `int64` constant of one axis.
  public mutating func constant(_ values: [Int]) throws -> NodeOperand {
    constant(try Tensor(values.map(Int64.init), shape: [values.count]))
  }

  /// A number of rank 0 and the element type of another operand.
  public mutating func number(_ value: Double, like operand: NodeOperand) throws -> NodeOperand {
    constant(try Tensor(scalar: value).converted(to: elementType(of: operand)))
  }

  /// The element type, which must be known.
  /// - Throws: ``OperatorError/unsupported(_:)`` if it is not.
  public func elementType(of operand: NodeOperand) throws -> ElementType {
    guard let type = operand.elementType else {
      throw OperatorError.unsupported("operator set \(version) needs another form, for which the type must be known")
    }
    return type
  }

  /// The rank, which must be known.
  /// - Throws: ``OperatorError/unsupported(_:)`` naming the operator set that does without.
  public func rank(of operand: NodeOperand, needs needed: Int) throws -> Int {
    guard let rank = operand.shape?.count else {
      throw OperatorError.unsupported(
        "an input of unknown rank needs operator set \(needed), \(version) is written")
    }
    return rank
  }

  /// Refuses to write something that this version does not have.
  public func refusal(_ what: String, needs needed: Int) -> OperatorError {
    .unsupported("\(what) needs operator set \(needed), \(version) is written")
  }

  /// Applies an operator that has one result.
  public mutating func apply(_ operation: any Operator, _ operands: NodeOperand?...) throws -> NodeOperand {
    try apply(operation, to: operands, count: 1)[0]
  }

  /// Applies an operator to any number of operands.
  /// - Parameter count: how many results it has.
  public mutating func apply(
    _ operation: any Operator, to operands: [NodeOperand?], count: Int
  ) throws -> [NodeOperand] {
    let context = InferenceContext(inputs: operands.map { $0?.known }, outputCount: count) { _, _ in [] }
    let inferred = (try? operation.infer(context)) ?? []
    let first = origins.count
    for _ in 0..<count { origins.append(.result(step: steps.count)) }
    steps.append(Step(operation: operation, inputs: operands.map { $0?.index }, outputs: Array(first..<first + count)))
    return (0..<count).map { index in
      NodeOperand(known: index < inferred.count ? inferred[index] : .unknown, index: first + index)
    }
  }
}
