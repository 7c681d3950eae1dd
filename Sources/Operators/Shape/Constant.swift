import CNNGraphs
import CNNTensors

/// A value that the model holds. Files state it in one of eight ways, depending on its type; in memory it is a tensor,
/// or a sparse tensor that is made dense when it is needed.
public struct Constant: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Constant", versions: [1, 9, 11, 12, 13, 19, 21, 23, 24, 25], inputs: 0...0)

  /// How the value is stored.
  public enum Value: Sendable {
    case dense(Tensor)
    case sparse(SparseTensor)
  }

  /// The value.
  public let value: Value

  /// Makes the operator with these settings.
  public init(_ tensor: Tensor) { value = .dense(tensor) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    var values: [Value] = []
    if let tensor = try node.tensor("value") { values.append(.dense(tensor)) }
    if let sparse = try node.sparseTensor("sparse_value") { values.append(.sparse(sparse)) }
    if let number = try node.int("value_int") { values.append(.dense(try Tensor(scalar: Int64(number)))) }
    if let numbers = try node.ints("value_ints") {
      values.append(.dense(try Tensor(numbers.map(Int64.init), shape: [numbers.count])))
    }
    if let number = try node.float("value_float") { values.append(.dense(try Tensor(scalar: number))) }
    if let numbers = try node.floats("value_floats") {
      values.append(.dense(try Tensor(numbers, shape: [numbers.count])))
    }
    if let string = try node.string("value_string") {
      values.append(.dense(try Tensor(strings: [string], shape: [])))
    }
    if let strings = try node.strings("value_strings") {
      values.append(.dense(try Tensor(strings: strings, shape: [strings.count])))
    }
    guard let value = values.first, values.count == 1 else {
      throw OperatorError.attribute("value", values.isEmpty ? "missing" : "given in more than one form")
    }
    self.value = value
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    switch value {
    case .dense(let tensor): node.set("value", .tensor(tensor))
    case .sparse(let sparse) where node.version >= 11: node.set("sparse_value", .sparseTensor(sparse))
    case .sparse(let sparse): node.set("value", .tensor(try sparse.dense()))
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    switch value {
    case .dense(let tensor):
      let small = tensor.count <= TypeInference.constantLimit ? tensor : nil
      return [InferredValue(.tensor(TensorType(of: tensor)), constant: small)]
    case .sparse(let sparse):
      return [.tensor(sparse.values.elementType, sparse.shape.map(Dimension.fixed))]
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    switch value {
    case .dense(let tensor): [.tensor(tensor)]
    case .sparse(let sparse): [.tensor(try sparse.dense())]
    }
  }
}
