import CNNGraphs
import CNNTensors

extension Reduction {
  /// A reduction of no axes before the version that has it.
  func expandedWithoutAxes(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < Self.axesInputVersion, settings.keepsEmptyAxes, !node.has(1) || node.integers(1) == [] else {
      return nil
    }
    let x = try node.input(0)
    switch Self.signature.name {
    case "ReduceL1", "ReduceL2": return [try node.apply(AbsoluteValue(), x)]
    case "ReduceLogSum": return [try node.apply(Log(), x)]
    case "ReduceSumSquare": return [try node.apply(Multiply(), x, x)]
    default: return [try node.apply(Identity(), x)]
    }
  }

  /// A reduction of no axes before the version that has it.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? { try expandedWithoutAxes(in: &node) }
}

extension ReduceMaximum {
  /// Small integers before version 12, truth values before version 20.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    try expandedWithoutAxes(in: &node) ?? node.reducingWider(self)
  }
}

extension ReduceMinimum {
  /// Small integers before version 12, truth values before version 20.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    try expandedWithoutAxes(in: &node) ?? node.reducingWider(self)
  }
}

extension NodeExpansion {
  fileprivate mutating func reducingWider(_ operation: any Operator) throws -> [NodeOperand?]? {
    let x = try input(0)
    guard let type = x.elementType,
      version < 12 && [.int8, .uint8].contains(type) || version < 20 && type == .bool
    else { return nil }
    let wide = try cast(x, to: .int32)
    return [try cast(apply(operation, to: [wide] + inputs.dropFirst(), count: 1)[0], to: type)]
  }
}

extension GeneralMatrixMultiplication {
  /// Before version 11 there is always a C.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 11, !node.has(2) else { return nil }
    let a = try node.input(0)
    let zero = node.constant(try Tensor([Float(0)], shape: [1]).converted(to: node.elementType(of: a)))
    return try node.apply(self, to: [a, node.input(1), zero], count: 1)
  }
}

extension TopK {
  /// Before version 11 the least elements are the greatest of the negated ones.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 11, !takesLargest else { return nil }
    let negated = try node.apply(Negate(), node.input(0))
    let found = try node.apply(TopK(axis: axis), to: [negated, node.input(1)], count: 2)
    return [try node.apply(Negate(), found[0]), found[1]]
  }
}

extension Scatter {
  /// `ScatterElements` since version 11.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    node.version >= 11 ? try node.applyToInputs(successor) : nil
  }
}

extension ScatterElements {
  /// `Scatter` before version 11.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 11, node.version >= 9, reduction == .none else { return nil }
    return try node.applyToInputs(Scatter(axis: axis))
  }
}

extension Dropout {
  /// A mask of the data's type from version 10 on.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version >= 10, hasNumericMask else { return nil }
    let results = try node.apply(Dropout(seed: seed), to: node.inputs, count: 2)
    return [results[0], try node.cast(results[1], to: node.elementType(of: node.input(0)))]
  }
}

extension DequantizeLinear {
  /// Scales along an axis before version 13, and a type that the scale does not have before version 23.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let scale = try node.input(1)
    if let type, node.version < 23 {
      let result = try node.applyToInputs(DequantizeLinear(axis: axis, block: block))[0]
      return [scale.elementType == type ? result : try result.map { try node.apply(Cast(to: type), $0) }]
    }
    guard node.version < 13, block == 0 else { return nil }
    let count = scale.known.type.tensor?.fixedShape.map { $0.reduce(1, *) }
    if count == 1 { return axis == 1 ? nil : try node.applyToInputs(DequantizeLinear()) }
    let behind = try node.axesBehind(axis, needs: 13)
    let type = try node.elementType(of: scale)
    var x = try node.cast(node.input(0), to: type)
    if let zero = node.optionalInput(2) {
      let offset = try node.cast(node.addTrailingAxes(behind, to: zero, needs: 13), to: type)
      x = try node.apply(Subtract(), x, offset)
    }
    return [try node.apply(Multiply(), x, node.addTrailingAxes(behind, to: scale, needs: 13))]
  }
}

extension QuantizeLinear {
  /// Scales along an axis before version 13, and a type without a zero point before version 21.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let scale = try node.input(1)
    if let type, node.version < 21, block == 0 {
      let plain = QuantizeLinear(axis: axis, saturates: saturates)
      if node.has(2) { return try node.applyToInputs(plain) }
      guard let shape = scale.known.type.tensor?.fixedShape else { throw node.refusal("output_dtype", needs: 21) }
      let zero = node.constant(try Tensor.filled(with: Tensor(scalar: Int8(0)), shape: shape).converted(to: type))
      return try node.apply(plain, to: [node.input(0), scale, zero], count: 1)
    }
    guard node.version < 13, block == 0 else { return nil }
    let count = scale.known.type.tensor?.fixedShape.map { $0.reduce(1, *) }
    if count == 1 { return axis == 1 ? nil : try node.applyToInputs(QuantizeLinear()) }
    let behind = try node.axesBehind(axis, needs: 13)
    let x = try node.input(0)
    let result = node.optionalInput(2)?.elementType ?? .uint8
    guard [.int8, .uint8].contains(result) else { throw node.refusal("scales along an axis", needs: 13) }
    var grid = try node.apply(
      Round(), node.apply(Divide(), x, node.addTrailingAxes(behind, to: scale, needs: 13)))
    if let zero = node.optionalInput(2) {
      let offset = try node.cast(
        node.addTrailingAxes(behind, to: zero, needs: 13), to: node.elementType(of: x))
      grid = try node.apply(Add(), grid, offset)
    }
    let low = try node.number(result == .int8 ? -128 : 0, like: x)
    let high = try node.number(result == .int8 ? 127 : 255, like: x)
    return [try node.apply(Cast(to: result), node.apply(Clip(), grid, low, high))]
  }
}

extension NodeExpansion {
  /// How many axes the first input has behind the given one.
  fileprivate func axesBehind(_ axis: Int, needs version: Int) throws -> Int {
    let rank = try rank(of: input(0), needs: version)
    return try rank - 1 - axis.axis(ofRank: rank)
  }
}
