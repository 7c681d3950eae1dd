import CNNTensors

/// What an operator's type rule may look at: the inputs as far as they are known.
public struct InferenceContext: Sendable {
  /// The inputs; `nil` if one is left out.
  public let inputs: [InferredValue?]
  /// How many outputs the node has.
  public let outputCount: Int
  /// Infers a body's outputs from its inputs, in the scope of the node.
  public let inferBody: @Sendable (Graph, [InferredValue]) throws -> [InferredValue]

  /// Gathers what is known.
  public init(
    inputs: [InferredValue?], outputCount: Int,
    inferBody: @escaping @Sendable (Graph, [InferredValue]) throws -> [InferredValue]
  ) {
    (self.inputs, self.outputCount, self.inferBody) = (inputs, outputCount, inferBody)
  }

  /// The input's type; `.unknown` if it is left out.
  public func type(_ index: Int) -> ValueType { index < inputs.count ? inputs[index]?.type ?? .unknown : .unknown }

  /// True if the input is given.
  public func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// The input's element type, if it is known.
  public func elementType(_ index: Int) -> ElementType? { type(index).tensor?.elementType }

  /// The input's extents, if its rank is known.
  public func shape(_ index: Int) -> [Dimension]? { type(index).tensor?.shape }

  /// The input's value, if it is a constant.
  public func constant(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index]?.constant : nil }

  /// The integers an input holds, as far as they are known: a small constant, or the result of a shape computation.
  public func contents(_ index: Int) -> [Dimension]? {
    guard index < inputs.count, let input = inputs[index] else { return nil }
    if let contents = input.contents { return contents }
    guard let constant = input.constant, constant.rank <= 1, constant.count <= 1024,
      constant.elementType.isInteger || constant.elementType == .bool
    else { return nil }
    return try? constant.values(as: Int64.self).map { .fixed(Int($0)) }
  }

  /// The integers an input holds, if all are known.
  public func integers(_ index: Int) -> [Int]? {
    guard let contents = contents(index) else { return nil }
    let known = contents.compactMap(\.value)
    return known.count == contents.count ? known : nil
  }
}
