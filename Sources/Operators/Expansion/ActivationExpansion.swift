import CNNGraphs
import CNNTensors

extension AxisActivation {
  /// Lines over several axes are flattened from version 13 on; before it, a line in the middle is brought to the end.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let x = try node.input(0)
    if node.version >= 13 {
      guard flattens else { return nil }
      if let rank = x.shape?.count, let modern = modernized(rank: rank) { return [try node.apply(modern, x)] }
      let lines = try node.apply(Flatten(axis: axis), x)
      return [try node.reshape(node.apply(Self(axis: -1, flattens: false), lines), like: x)]
    }
    guard !flattens, axis != -1 else { return nil }
    let rank = try node.rank(of: x, needs: 13)
    let axis = try axis.axis(ofRank: max(rank, 1))
    if axis >= rank - 1 { return [try node.apply(Self(axis: -1, flattens: false), x)] }
    if let shape = x.shape, shape[(axis + 1)...].allSatisfy({ $0 == 1 }) {
      return [try node.apply(Self(axis: axis, flattens: true), x)]
    }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    let turned = try node.apply(Transpose(permutation: order), x)
    let result = try node.apply(Self(axis: -1, flattens: false), turned)
    return [try node.apply(Transpose(permutation: order), result)]
  }
}

extension Celu {
  /// Before version 12: `alpha · elu(x / alpha)`.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 12 else { return nil }
    let x = try node.input(0)
    let alpha = try node.number(Double(alpha), like: x)
    return [try node.apply(Multiply(), node.apply(Elu(), node.apply(Divide(), x, alpha)), alpha)]
  }
}

extension Gelu {
  /// Before version 20: its formula.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 20 else { return nil }
    let x = try node.input(0)
    let gate: NodeOperand
    switch approximation {
    case .none:
      gate = try node.apply(ErrorFunction(), node.apply(Divide(), x, node.number(2.0.squareRoot(), like: x)))
    case .tanh:
      let cube = try node.apply(Multiply(), x, node.apply(Multiply(), x, x))
      let inner = try node.apply(Add(), x, node.apply(Multiply(), cube, node.number(0.044715, like: x)))
      gate = try node.apply(Tanh(), node.apply(Multiply(), inner, node.number(0.7978845608028654, like: x)))
    }
    let weight = try node.apply(Add(), gate, node.number(1, like: x))
    return [try node.apply(Multiply(), node.apply(Multiply(), x, weight), node.number(0.5, like: x))]
  }
}

extension HardSwish {
  /// Before version 14: `x · hardSigmoid(x)`, whose sixth is a number of single precision; of doubles `x · clip(x / 6 + 0.5)`.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 14 else { return nil }
    let x = try node.input(0)
    if try node.elementType(of: x) == .float64 {
      let line = try node.apply(
        Add(), node.apply(Divide(), x, node.number(6, like: x)), node.number(0.5, like: x))
      let gate = try node.apply(Clip(), line, node.number(0, like: x), node.number(1, like: x))
      return [try node.apply(Multiply(), x, gate)]
    }
    return [try node.apply(Multiply(), x, node.apply(HardSigmoid(alpha: 1 / 6, beta: 0.5), x))]
  }
}

extension Mish {
  /// Before version 18: `x · tanh(softplus(x))`.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 18 else { return nil }
    let x = try node.input(0)
    return [try node.apply(Multiply(), x, node.apply(Tanh(), node.apply(Softplus(), x)))]
  }
}

extension Swish {
  /// Before version 24: `x · sigmoid(alpha · x)`.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 24 else { return nil }
    let x = try node.input(0)
    let steep = alpha == 1 ? x : try node.apply(Multiply(), x, node.number(Double(alpha), like: x))
    return [try node.apply(Multiply(), x, node.apply(Sigmoid(), steep))]
  }
}

extension PRelu {
  /// From version 7 on slopes broadcast by their last axis: those of channels get axes behind them.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version >= 7, isChannelwise else { return nil }
    let (x, slope) = (try node.input(0), try node.input(1))
    guard try node.rank(of: slope, needs: 7) == 1, slope.known.type.tensor?.fixedShape != [1] else {
      return [try node.apply(PRelu(), x, slope)]
    }
    let rank = try node.rank(of: x, needs: 7)
    return [try node.apply(PRelu(), x, node.addTrailingAxes(max(rank - 2, 0), to: slope, needs: 7))]
  }
}
