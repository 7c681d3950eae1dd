import CNNTensors

extension Tensor {
  /// The same type and shape with `f` applied to each element.
  @inline(__always)
  package func mapValues<T: NumericScalar>(as _: T.Type, _ f: (T) -> T) throws -> Tensor {
    try computing(elementType) { (source: UnsafeBufferPointer<T>, target) in
      for i in 0..<source.count { target[i] = f(source[i]) }
    }
  }

  /// A Boolean tensor of the same shape saying where `f` holds.
  @inline(__always)
  package func testValues<T: NumericScalar>(as _: T.Type, _ f: (T) -> Bool) throws -> Tensor {
    try withValues(as: T.self) { source in
      try Tensor(.bool, shape: shape) { bytes in
        let target = bytes.assumingMemoryBound(to: Bool.self)
        for i in 0..<source.count { target[i] = f(source[i]) }
      }
    }
  }

  /// A tensor of the same shape that `body` computes from this one's elements. Not inlined: it would be in each operator.
  @inline(never)
  package func computing<S: NumericScalar, T: NumericScalar>(
    _ type: ElementType, shape: [Int]? = nil, _ body: (UnsafeBufferPointer<S>, UnsafeMutableBufferPointer<T>) -> Void
  ) throws -> Tensor {
    try withValues(as: S.self) { source in
      try Tensor(type, shape: shape ?? self.shape) { (target: UnsafeMutableBufferPointer<T>) in body(source, target) }
    }
  }

  /// A tensor that `body` computes from the elements of two.
  @inline(never)
  package static func computing<S: NumericScalar, T: NumericScalar>(
    _ type: ElementType, shape: [Int], from a: Tensor, _ b: Tensor,
    _ body: (UnsafeBufferPointer<S>, UnsafeBufferPointer<S>, UnsafeMutableBufferPointer<T>) -> Void
  ) throws -> Tensor {
    try b.withValues(as: S.self) { second in
      try a.computing(type, shape: shape) { first, target in body(first, second, target) }
    }
  }
}
