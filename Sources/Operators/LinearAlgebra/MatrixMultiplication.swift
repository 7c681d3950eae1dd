import CNNGraphs
import CNNTensors

/// The matrix product of NumPy's `matmul`: `[…, M, K] · […, K, N]`, the leading axes broadcast; integers wrap around.
public struct MatrixMultiplication: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("MatMul", versions: [1, 9, 13], inputs: 2...2)

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {}
  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try MatrixProduct.infer(context.shape(0), context.shape(1))
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard let a = inputs.first, let output = outputs.first else { return nil }
    return MatrixProduct.multiplyAccumulates(a, output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = (try context.tensor(0), try context.tensor(1))
    guard a.elementType == b.elementType else { throw OperatorError.elementType(input: 1, found: b.elementType) }
    let product = try MatrixProduct(a.shape, b.shape)
    switch a.elementType.numericKind {
    case .float: return [.tensor(try product.multiply(a, b, Float.self))]
    case .double: return [.tensor(try product.multiply(a, b, Double.self))]
    case .signed: return [.tensor(try product.multiply(a, b, exactly: Int64.self))]
    case .unsigned: return [.tensor(try product.multiply(a, b, exactly: UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }
}

extension MatrixProduct {
  fileprivate func multiply<T: BLASScalar>(_ a: Tensor, _ b: Tensor, _: T.Type) throws -> Tensor {
    try a.withMatrix(as: T.self) { left in
      try b.withMatrix(as: T.self) { right in
        try Tensor(a.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          try multiply(left, right, into: target)
        }
      }
    }
  }

  fileprivate func multiply<T: ArithmeticScalar>(_ a: Tensor, _ b: Tensor, exactly: T.Type) throws -> Tensor {
    try a.withValues(as: T.self) { left in
      try b.withValues(as: T.self) { right in
        try Tensor(a.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          try multiply(left, right, into: target)
        }
      }
    }
  }
}

extension MatrixMultiplication: ErrorPropagation {
  /// `|W|·e`.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? { try context.weighted(by: self) }
}
