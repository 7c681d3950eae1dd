import CNNGraphs
import CNNTensors

/// An operator that makes one number of each channel of `[N, C, D…]`: `[N, C, 1…]`.
package protocol GlobalPoolingOperator: Operator {
  /// The number for a channel.
  func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T
}

extension GlobalPoolingOperator {
  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    guard shape.count >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: shape.count) }
    return [.tensor(context.elementType(0), shape[..<2] + shape[2...].map { _ in 1 })]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    switch x.elementType.numericKind {
    case .float: return [.tensor(try pool(x, Float.self))]
    case .double: return [.tensor(try pool(x, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func pool<T: FloatingScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    let shape = Array(x.shape[..<2]) + x.shape[2...].map { _ in 1 }
    let width = x.shape[2...].reduce(1, *)
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
        for plane in 0..<target.count {
          target[plane] = pool(UnsafeBufferPointer(start: source.start + plane * width, count: width))
        }
      }
    }
  }
}
