import CNNGraphs
import CNNTensors

extension BroadcastingOperator {
  /// From version 7 on: the second operand gets the axes that the attribute `axis` stood for.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? { try alignedOperands(in: &node) }

  fileprivate func alignedOperands(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version >= 7, let legacyAxis else { return nil }
    let (a, b) = (try node.input(0), try node.input(1))
    let (rank, own) = (try node.rank(of: a, needs: 7), try node.rank(of: b, needs: 7))
    let behind = try rank - legacyAxis.axis(ofRank: max(rank, 1)) - own
    return [try node.apply(Self(legacyAxis: nil), a, node.addTrailingAxes(behind, to: b, needs: 7))]
  }
}

extension Power {
  /// Before version 12 the exponent has the base's type.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    if let aligned = try alignedOperands(in: &node) { return aligned }
    let (base, exponent) = (try node.input(0), try node.input(1))
    guard node.version < 12, let type = base.elementType, type.isFloatingPoint, let other = exponent.elementType,
      other != type
    else { return nil }
    return [try node.apply(self, base, node.cast(exponent, to: type))]
  }
}

extension Equal {
  /// Before version 11 only some integers could be compared: others are converted, and numbers of floating point are
  /// equal if neither is less, and neither is no number.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    if let aligned = try alignedOperands(in: &node) { return aligned }
    guard node.version < 11, node.version >= 7, let type = try node.input(0).elementType else { return nil }
    if [.bool, .int32, .int64].contains(type) { return nil }
    let (a, b) = (try node.input(0), try node.input(1))
    if type.isInteger { return [try node.apply(self, node.cast(a, to: .int64), node.cast(b, to: .int64))] }
    guard type.isFloatingPoint else { throw node.refusal("Equal of \(type)", needs: 11) }
    let differ = try node.apply(LogicalOr(), node.apply(Less(), a, b), node.apply(Greater(), a, b))
    let areNone = try node.apply(LogicalOr(), node.apply(IsNaN(), a), node.apply(IsNaN(), b))
    return [try node.apply(LogicalNot(), node.apply(LogicalOr(), differ, areNone))]
  }
}

extension GreaterOrEqual {
  /// Before version 12: greater, or equal.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 12 else { return nil }
    let (a, b) = (try node.input(0), try node.input(1))
    return [try node.apply(LogicalOr(), node.apply(Greater(), a, b), node.apply(Equal(), a, b))]
  }
}

extension LessOrEqual {
  /// Before version 12: less, or equal.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 12 else { return nil }
    let (a, b) = (try node.input(0), try node.input(1))
    return [try node.apply(LogicalOr(), node.apply(Less(), a, b), node.apply(Equal(), a, b))]
  }
}

extension CastLike {
  /// Before version 15: `Cast` to a type that is known now.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 15 else { return nil }
    let type = try node.elementType(of: node.input(1))
    return [try node.apply(Cast(to: type, rounding: rounding), node.input(0))]
  }
}

extension Clip {
  /// Bounds that older versions cannot hold in attributes, and integers before version 12.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let x = try node.input(0)
    let isInteger = x.elementType?.isInteger == true
    let bounds = [node.optionalInput(1), node.optionalInput(2)]
    guard node.version < (isInteger ? 12 : 11) else { return nil }
    let areNumbers = bounds.compactMap(\.self).allSatisfy { bound in
      guard let number = (try? bound.constant?.values(as: Double.self))?.first else { return false }
      return number.isNaN || Double(Float(number)) == number
    }
    if !isInteger && areNumbers { return nil }
    var result = x
    if let low = bounds[0] { result = try node.apply(Maximum(), result, low) }
    if let high = bounds[1] { result = try node.apply(Minimum(), result, high) }
    return [result]
  }
}

extension Maximum {
  /// Before version 12 integers are compared and chosen.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    try node.choosing { try $0.apply(Less(), $1, $2) }
  }
}

extension Minimum {
  /// Before version 12 integers are compared and chosen.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    try node.choosing { try $0.apply(Greater(), $1, $2) }
  }
}

extension NodeExpansion {
  /// The inputs joined by taking the second of two if it goes before the first.
  fileprivate mutating func choosing(
    _ prefersSecond: (inout NodeExpansion, NodeOperand, NodeOperand) throws -> NodeOperand
  ) throws -> [NodeOperand?]? {
    guard version < 12, version >= 9, try input(0).elementType?.isInteger == true else { return nil }
    var result = try input(0)
    for other in inputs.dropFirst().compactMap(\.self) {
      result = try apply(Where(), prefersSecond(&self, result, other), other, result)
    }
    return [result]
  }
}

extension Modulo {
  /// Before version 28 numbers of floating point have the dividend's sign: the divisor is added if it has another one.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 28, !truncates, try node.input(0).elementType?.isFloatingPoint == true else { return nil }
    let (a, b) = (try node.input(0), try node.input(1))
    let remainder = try node.apply(Modulo(truncates: true), a, b)
    let zero = try node.number(0, like: a)
    let differs = try node.apply(LogicalXor(), node.apply(Less(), remainder, zero), node.apply(Less(), b, zero))
    let isRest = try node.apply(LogicalNot(), node.apply(Equal(), remainder, zero))
    let raised = try node.apply(Add(), remainder, b)
    return [try node.apply(Where(), node.apply(LogicalAnd(), differs, isRest), raised, remainder)]
  }
}
