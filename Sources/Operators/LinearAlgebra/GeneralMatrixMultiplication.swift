import CNNGraphs
import CNNTensors

/// `alpha · A · B + beta · C` for matrices `[M, K]` and `[K, N]`, each transposed first if asked for. C may be left out
/// and broadcasts to `[M, N]` (before version 7 only if `broadcast` says so).
public struct GeneralMatrixMultiplication: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Gemm", versions: [1, 6, 7, 9, 11, 13], inputs: 2...3)

  /// The factor alpha.
  public var alpha: Float
  /// The factor beta.
  public var beta: Float
  /// True if A is stored `[K, M]`.
  public var transposesA: Bool
  /// True if B is stored `[N, K]`.
  public var transposesB: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    alpha = try node.float("alpha", default: 1)
    beta = try node.float("beta", default: 1)
    transposesA = try node.flag("transA")
    transposesB = try node.flag("transB")
    // What broadcasts without the attribute would be refused by older programs alone.
    if node.version < 7 { _ = try node.flag("broadcast") }
  }

  /// Makes the operator with these settings.
  public init(alpha: Float = 1, beta: Float = 1, transposesA: Bool = false, transposesB: Bool = false) {
    (self.alpha, self.beta, self.transposesA, self.transposesB) = (alpha, beta, transposesA, transposesB)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 1)
    node.set("beta", beta, unless: 1)
    node.set("transA", transposesA, unless: false)
    node.set("transB", transposesB, unless: false)
    if !node.hasInput(2) { try node.require(version: 11, for: "Gemm without C") }
    if node.version < 7 { node.set("broadcast", true) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    func sides(_ index: Int, _ isTransposed: Bool) throws -> (Dimension, Dimension)? {
      guard let shape = context.shape(index) else { return nil }
      guard shape.count == 2 else { throw OperatorError.rank(input: index, expected: "2", found: shape.count) }
      return isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
    }
    let (a, b) = (try sides(0, transposesA), try sides(1, transposesB))
    if let inner = a?.1.value, let other = b?.0.value, inner != other {
      throw OperatorError.invalid("\(inner) columns of A meet \(other) rows of B")
    }
    try context.require(2, broadcastsTo: [a?.0 ?? .unknown, b?.1 ?? .unknown])
    return [.tensor(context.elementType(0) ?? context.elementType(1), [a?.0 ?? .unknown, b?.1 ?? .unknown])]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard let shape = inputs.first??.tensor?.fixedShape, shape.count == 2, let output = outputs.first else {
      return nil
    }
    return MatrixProduct.multiplyAccumulates(.tensor(nil, [.fixed(shape[transposesA ? 0 : 1])]), output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b, c) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    for (index, tensor) in [a, b].enumerated() where tensor.rank != 2 {
      throw OperatorError.rank(input: index, expected: "2", found: tensor.rank)
    }
    guard a.elementType == b.elementType else { throw OperatorError.elementType(input: 1, found: b.elementType) }
    let (m, k) = transposesA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (inner, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    guard inner == k else { throw OperatorError.invalid("\(k) columns of A meet \(inner) rows of B") }
    let shape = [m, n]
    if let c {
      guard try Broadcast(shape, c.shape).shape == shape else {
        throw OperatorError.invalid("C of shape \(c.shape) does not broadcast to \(shape)")
      }
      guard c.elementType == a.elementType else { throw OperatorError.elementType(input: 2, found: c.elementType) }
    }
    switch a.elementType.numericKind {
    case .float: return [.tensor(try multiply(a, b, c, shape, k, Float.self))]
    case .double: return [.tensor(try multiply(a, b, c, shape, k, Double.self))]
    case .signed: return [.tensor(try multiplyExactly(a, b, c, shape, Int64.self))]
    case .unsigned: return [.tensor(try multiplyExactly(a, b, c, shape, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  private func multiply<T: BLASScalar>(
    _ a: Tensor, _ b: Tensor, _ c: Tensor?, _ shape: [Int], _ k: Int, _: T.Type
  ) throws -> Tensor {
    try a.withMatrix(as: T.self) { left in
      try b.withMatrix(as: T.self) { right in
        try withOptionalValues(c, as: T.self) { addend in
          try Tensor(a.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
            guard let start = target.baseAddress, !target.isEmpty else { return }
            if let addend, let c, beta != 0 { try fill(target, shape, with: addend, c.shape) { $0 } }
            try T.multiply(
              BLAS.Matrix(left, rowStride: max(a.shape[1], 1), isTransposed: transposesA),
              BLAS.Matrix(right, rowStride: max(b.shape[1], 1), isTransposed: transposesB),
              into: start, rowStride: shape[1], m: shape[0], n: shape[1], k: k, alpha: T(alpha),
              beta: c == nil ? 0 : T(beta))
          }
        }
      }
    }
  }

  /// Integers: exact if alpha and beta are 1, otherwise through `Double`, rounded toward zero.
  private func multiplyExactly<T: ArithmeticScalar>(
    _ a: Tensor, _ b: Tensor, _ c: Tensor?, _ shape: [Int], _: T.Type
  ) throws -> Tensor {
    let left = transposesA ? try a.strided(shape: a.shape.reversed(), strides: [1, a.shape[1]]) : a
    let right = transposesB ? try b.strided(shape: b.shape.reversed(), strides: [1, b.shape[1]]) : b
    let product = try MatrixProduct(left.shape, right.shape)
    return try left.withValues(as: T.self) { left in
      try right.withValues(as: T.self) { right in
        try withOptionalValues(c, as: T.self) { addend in
          try Tensor(a.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
            try product.multiply(left, right, into: target)
            if alpha != 1 { for i in 0..<target.count { target[i] = T(wrapping: target[i].asDouble * Double(alpha)) } }
            guard let addend, let c, beta != 0 else { return }
            let broadcast = try Broadcast(shape, c.shape)
            broadcast.map(UnsafeBufferPointer(target), addend, into: target) { sum, other in
              if beta == 1 { return T.adding(sum, other) }
              return T(wrapping: sum.asDouble + other.asDouble * Double(beta))
            }
          }
        }
      }
    }
  }

  private func fill<T: ArithmeticScalar>(
    _ target: UnsafeMutableBufferPointer<T>, _ shape: [Int], with values: UnsafeBufferPointer<T>, _ own: [Int],
    _ convert: (T) -> T
  ) throws {
    let broadcast = try Broadcast(shape, own)
    broadcast.map(UnsafeBufferPointer(target), values, into: target) { convert($1) }
  }
}

extension GeneralMatrixMultiplication: ErrorPropagation {
  /// `|α| · |W|·e + |β| · e_b`.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    var positive = self
    (positive.alpha, positive.beta) = (abs(alpha), abs(beta))
    return try context.weighted(by: positive)
  }
}
