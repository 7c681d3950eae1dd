import CNNTensors

/// What an operator's reference kernel works on: the inputs, and a way to run its bodies.
public struct EvaluationContext: Sendable {
  /// The inputs; `nil` if one is left out.
  public let inputs: [RuntimeValue?]
  /// How many outputs the node has.
  public let outputCount: Int
  /// Runs a body on its inputs, in the scope of the node.
  public let run: @Sendable (Graph, [RuntimeValue]) throws -> [RuntimeValue]

  /// Gathers the inputs.
  public init(
    inputs: [RuntimeValue?], outputCount: Int = 1,
    run: @escaping @Sendable (Graph, [RuntimeValue]) throws -> [RuntimeValue] = { _, _ in
      throw OperatorError.unsupported("a body outside of a graph")
    }
  ) {
    (self.inputs, self.outputCount, self.run) = (inputs, outputCount, run)
  }

  /// An input that must be given.
  public func input(_ index: Int) throws -> RuntimeValue {
    guard index < inputs.count, let value = inputs[index] else {
      throw OperatorError.input(index, expected: "a value")
    }
    return value
  }

  /// An input that must be a tensor.
  public func tensor(_ index: Int) throws -> Tensor {
    guard let tensor = try input(index).tensor else { throw OperatorError.input(index, expected: "a tensor") }
    return tensor
  }

  /// An input that is a tensor if it is given.
  public func optionalTensor(_ index: Int) throws -> Tensor? {
    guard index < inputs.count, inputs[index] != nil else { return nil }
    return try tensor(index)
  }

  /// An integer input as an array.
  public func integers(_ index: Int) throws -> [Int] {
    let tensor = try tensor(index)
    guard tensor.elementType.isInteger else { throw OperatorError.elementType(input: index, found: tensor.elementType) }
    return try tensor.values(as: Int64.self).map(Int.init)
  }

  /// An integer input as an array, if it is given.
  public func optionalIntegers(_ index: Int) throws -> [Int]? {
    try optionalTensor(index) == nil ? nil : integers(index)
  }
}
