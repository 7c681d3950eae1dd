import CNNGraphs
import CNNTensors

/// One value repeated over a shape that is computed at run time. Input: shape `[rank]`.
public struct ConstantOfShape: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "ConstantOfShape", versions: [9, 20, 21, 23, 24, 25], inputs: 1...1)

  /// The value, of rank 0; a file that says nothing means the `Float` 0.
  public let value: Tensor

  /// Makes the operator with these settings.
  public init(value: Tensor) throws { self.value = try value.reshaped([]) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    guard let tensor = try node.tensor("value") else {
      value = try Tensor(scalar: Float(0))
      return
    }
    guard tensor.count == 1 else {
      throw OperatorError.attribute("value", "one element expected, \(tensor.count) found")
    }
    value = try tensor.reshaped([])
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("value", .tensor(try value.reshaped([1]))) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.contents(0) else {
      return [.tensor(value.elementType, .unknown(context.shape(0)?.first?.value))]
    }
    for case .fixed(let extent) in shape where extent < 0 { throw OperatorError.invalid("extent \(extent)") }
    var contents: [Dimension]?
    if shape.count <= 1, let count = shape.product, count <= 1024, value.elementType.isInteger,
      let number = try value.values(as: Int64.self).first
    {
      contents = Array(repeating: .fixed(Int(number)), count: count)
    }
    return [.tensor(value.elementType, shape, contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try Tensor.filled(with: value, shape: context.integers(0)))]
  }
}
