import CNNGraphs
import CNNTensors

/// An operator that maps each element of a floating-point tensor by itself.
package protocol FloatingUnaryOperator: Operator {
  func apply<T: FloatingScalar>(_ x: T) -> T
}

/// An operator that maps each element of a real or integer tensor by itself.
package protocol NumericUnaryOperator: Operator {
  func apply<T: ArithmeticScalar>(_ x: T) -> T
}

/// An operator that joins two broadcast tensors of one real or integer type element by element.
package protocol NumericBinaryOperator: Operator {
  /// Before version 7: the axis of the first operand at which the second one's axes begin.
  var legacyAxis: Int? { get }
  func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T
}

/// An operator that compares two broadcast tensors of one type element by element.
package protocol ComparisonOperator: Operator {
  /// Before version 7: the axis of the first operand at which the second one's axes begin.
  var legacyAxis: Int? { get }
  func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool
}

extension FloatingUnaryOperator {
  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try x.mapValues(as: Float.self) { apply($0) })]
    case .double: return [.tensor(try x.mapValues(as: Double.self) { apply($0) })]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }
}

extension NumericUnaryOperator {
  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try x.mapValues(as: Float.self) { apply($0) })]
    case .double: return [.tensor(try x.mapValues(as: Double.self) { apply($0) })]
    case .signed: return [.tensor(try x.mapValues(as: Int64.self) { apply($0) })]
    case .unsigned: return [.tensor(try x.mapValues(as: UInt64.self) { apply($0) })]
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }
}

extension Tensor {
  /// The same type and shape with `f` applied to each element.
  @inline(__always)
  package func mapValues<T: NumericScalar>(as _: T.Type, _ f: (T) -> T) throws -> Tensor {
    try withValues(as: T.self) { source in
      try Tensor(elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
        for i in 0..<source.count { target[i] = f(source[i]) }
      }
    }
  }
}

extension NumericBinaryOperator {
  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try LegacyBroadcast.infer(context, axis: legacyAxis)
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    let broadcast = try Broadcast(a.shape, b.shape)
    switch a.elementType.numericKind {
    case .float: return [.tensor(try join(a, b, broadcast, Float.self))]
    case .double: return [.tensor(try join(a, b, broadcast, Double.self))]
    case .signed: return [.tensor(try join(a, b, broadcast, Int64.self))]
    case .unsigned: return [.tensor(try join(a, b, broadcast, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  @inline(__always)
  private func join<T: ArithmeticScalar>(_ a: Tensor, _ b: Tensor, _ broadcast: Broadcast, _: T.Type) throws -> Tensor {
    try a.withValues(as: T.self) { x in
      try b.withValues(as: T.self) { y in
        try Tensor(a.elementType, shape: broadcast.shape) { (target: UnsafeMutableBufferPointer<T>) in
          broadcast.map(x, y, into: target) { apply($0, $1) }
        }
      }
    }
  }
}

extension ComparisonOperator {
  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(.bool, try LegacyBroadcast.infer(context, axis: legacyAxis))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    let broadcast = try Broadcast(a.shape, b.shape)
    switch a.elementType.numericKind {
    case .float: return [.tensor(try compare(a, b, broadcast, Float.self))]
    case .double: return [.tensor(try compare(a, b, broadcast, Double.self))]
    case .signed: return [.tensor(try compare(a, b, broadcast, Int64.self))]
    case .unsigned: return [.tensor(try compare(a, b, broadcast, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  @inline(__always)
  private func compare<T: ArithmeticScalar>(_ a: Tensor, _ b: Tensor, _ broadcast: Broadcast, _: T.Type) throws
    -> Tensor
  {
    try a.withValues(as: T.self) { x in
      try b.withValues(as: T.self) { y in
        try Tensor(.bool, shape: broadcast.shape) { bytes in
          broadcast.map(x, y, into: bytes.assumingMemoryBound(to: Bool.self)) { apply($0, $1) }
        }
      }
    }
  }
}

/// Before version 7 binary operators broadcast only the second operand, and only where asked: `broadcast` = 1, its
/// axes lying at `axis` of the first.
package enum LegacyBroadcast {
  /// Reads the two attributes; `nil` where the operands' last axes line up, as they do in newer versions.
  package static func axis(from node: inout NodeReader) throws -> Int? {
    guard node.version < 7 else { return nil }
    node.ignore("consumed_inputs")
    let broadcast = try node.flag("broadcast")
    let axis = try node.int("axis")
    return broadcast ? axis : nil
  }

  /// Writes the two attributes where the version has them.
  package static func write(_ axis: Int?, to node: inout NodeWriter) throws {
    if node.version < 7 {
      node.set("broadcast", 1)
      if let axis { node.set("axis", axis) }
    } else if axis != nil {
      throw OperatorError.unsupported("broadcasting along an axis needs an operator set below 7")
    }
  }

  /// The operands, the second one brought to a shape that broadcasts by today's rule.
  package static func operands(_ context: EvaluationContext, axis: Int?) throws -> (Tensor, Tensor) {
    let (a, b) = (try context.tensor(0), try context.tensor(1))
    guard a.elementType == b.elementType else { throw OperatorError.elementType(input: 1, found: b.elementType) }
    guard let axis else { return (a, b) }
    let start = try axis.axis(ofRank: max(a.rank, 1))
    guard start + b.rank <= a.rank else {
      throw OperatorError.rank(input: 1, expected: "\(a.rank - start) or less", found: b.rank)
    }
    return (a, try b.reshaped(b.shape + Array(repeating: 1, count: a.rank - start - b.rank)))
  }

  /// The broadcast shape, as far as it is known.
  package static func infer(_ context: InferenceContext, axis: Int?) throws -> [Dimension]? {
    if axis != nil { return context.shape(0) }
    return try Broadcast.infer([context.shape(0), context.shape(1)])
  }
}
