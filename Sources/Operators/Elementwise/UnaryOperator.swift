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

extension FloatingUnaryOperator {
  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try x.mapValues(as: Float.self) { apply($0) })]
    case .double: return [.tensor(try x.mapValues(as: Double.self) { apply($0) })]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }
}

extension NumericUnaryOperator {
  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
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
