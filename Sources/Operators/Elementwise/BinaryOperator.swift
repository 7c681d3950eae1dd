import CNNGraphs
import CNNTensors

/// An operator that joins two broadcast tensors of one real or integer type element by element.
package protocol NumericBinaryOperator: BroadcastingOperator {
  func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T
  /// What follows from two extents that are not both known yet, if anything does.
  func apply(_ a: Dimension, _ b: Dimension) -> Dimension?
}

/// An operator that compares two broadcast tensors of one type element by element.
package protocol ComparisonOperator: BroadcastingOperator {
  func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool
}

/// An operator that joins the bits of two broadcast integer tensors of one type.
package protocol BitwiseBinaryOperator: Operator {
  init()
  func apply(_ a: UInt64, _ b: UInt64) -> UInt64
}

/// An operator that joins two broadcast Boolean tensors.
package protocol LogicalOperator: BroadcastingOperator {
  func apply(_ a: Bool, _ b: Bool) -> Bool
}

extension NumericBinaryOperator {
  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension? { nil }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try LegacyBroadcast.infer(context, axis: legacyAxis)
    let contents = contents(context) { a, b in
      if case .fixed(let m) = a, case .fixed(let n) = b { return .fixed(Int(apply(Int64(m), Int64(n)))) }
      return apply(a, b) ?? .unknown
    }
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape, contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    return [.tensor(try combine(a, b))]
  }

  /// Both tensors joined; they have one type.
  package func combine(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch a.elementType.numericKind {
    case .float: return try combine(a, b, Float.self)
    case .double: return try combine(a, b, Double.self)
    case .signed: return try combine(a, b, Int64.self)
    case .unsigned: return try combine(a, b, UInt64.self)
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  @inline(__always)
  private func combine<T: ArithmeticScalar>(_ a: Tensor, _ b: Tensor, _: T.Type) throws -> Tensor {
    let broadcast = try Broadcast(a.shape, b.shape)
    return try Tensor.computing(a.elementType, shape: broadcast.shape, from: a, b) { x, y, target in
      broadcast.map(x, y, into: target) { (a: T, b: T) -> T in apply(a, b) }
    }
  }
}

extension ComparisonOperator {
  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try LegacyBroadcast.infer(context, axis: legacyAxis)
    let contents = contents(context) { a, b in
      guard case .fixed(let m) = a, case .fixed(let n) = b else { return .unknown }
      return apply(Int64(m), Int64(n)) ? 1 : 0
    }
    return [.tensor(.bool, shape, contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    return [.tensor(try compare(a, b))]
  }

  /// Both tensors compared; they have one type.
  package func compare(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch a.elementType.numericKind {
    case .float: return try compare(a, b, Float.self)
    case .double: return try compare(a, b, Double.self)
    case .signed: return try compare(a, b, Int64.self)
    case .unsigned: return try compare(a, b, UInt64.self)
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  @inline(__always)
  private func compare<T: ArithmeticScalar>(_ a: Tensor, _ b: Tensor, _: T.Type) throws -> Tensor {
    let broadcast = try Broadcast(a.shape, b.shape)
    return try a.withValues(as: T.self) { x in
      try b.withValues(as: T.self) { y in
        try Tensor(.bool, shape: broadcast.shape) { bytes in
          broadcast.map(x, y, into: bytes.assumingMemoryBound(to: Bool.self)) { apply($0, $1) }
        }
      }
    }
  }
}

extension BitwiseBinaryOperator {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { self.init() }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try Broadcast.infer([context.shape(0), context.shape(1)])
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: nil)
    guard a.elementType.isInteger else { throw OperatorError.elementType(input: 0, found: a.elementType) }
    let broadcast = try Broadcast(a.shape, b.shape)
    return try a.withValues(as: UInt64.self) { x in
      try b.withValues(as: UInt64.self) { y in
        let result = try Tensor(a.elementType, shape: broadcast.shape) { (target: UnsafeMutableBufferPointer<UInt64>) in
          broadcast.map(x, y, into: target) { apply($0, $1) }
        }
        return [.tensor(result)]
      }
    }
  }
}

extension LogicalOperator {
  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(.bool, try LegacyBroadcast.infer(context, axis: legacyAxis))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    guard a.elementType == .bool else { throw OperatorError.elementType(input: 0, found: a.elementType) }
    let broadcast = try Broadcast(a.shape, b.shape)
    let result = try Tensor(.bool, shape: broadcast.shape) { target in
      a.withBytes { x in
        b.withBytes { y in
          broadcast.map(
            x.assumingMemoryBound(to: UInt8.self), y.assumingMemoryBound(to: UInt8.self),
            into: target.assumingMemoryBound(to: Bool.self)
          ) { apply($0 != 0, $1 != 0) }
        }
      }
    }
    return [.tensor(result)]
  }
}
