import CNNGraphs
import CNNTensors

/// The matrix product of quantised operands, quantised again: `(a - za)(b - zb) · sa · sb / sy + zy`. Inputs: a, its scale
/// and zero point, b, its scale and zero point, the result's scale and zero point. Scales and zero points are one for
/// all, one for each row of a, or one for each column of b.
public struct QuantizedMatrixMultiplication: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("QLinearMatMul", versions: [10, 21], inputs: 8...8)

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {}
  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    for index in [1, 2] { try context.require(index, along: .rows, of: 0) }
    for index in [4, 5] { try context.require(index, along: .columns, of: 3) }
    for index in [6, 7] { try context.require(index, count: 1) }
    return [.tensor(context.elementType(7), try MatrixProduct.infer(context.shape(0), context.shape(3)))]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard let a = inputs.first, let output = outputs.first else { return nil }
    return MatrixProduct.multiplyAccumulates(a, output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = (try context.tensor(0), try context.tensor(3))
    let product = try MatrixProduct.multiply(
      a.centered(at: try context.tensor(2), along: .rows), b.centered(at: try context.tensor(5), along: .columns))
    let scaleA = try context.tensor(1).aligned(along: .rows, rank: a.rank).converted(to: .float32)
    let scaleB = try context.tensor(4).aligned(along: .columns, rank: b.rank).converted(to: .float32)
    let scaleY = try context.tensor(6)
    guard scaleY.count == 1, let divisor = try scaleY.values(as: Float.self).first else {
      throw OperatorError.unsupported("a result's scale of shape \(scaleY.shape)")
    }
    let broadcast = try Broadcast(scaleA.shape, scaleB.shape)
    let factors = try scaleA.withElements(as: Float.self) { left in
      try scaleB.withElements(as: Float.self) { right in
        try Tensor(.float32, shape: broadcast.shape) { (target: UnsafeMutableBufferPointer<Float>) in
          broadcast.map(left, right, into: target) { $0 * $1 / divisor }
        }
      }
    }
    return [.tensor(try product.quantized(by: factors, zeroPoint: try context.tensor(7)))]
  }
}
