import CNNGraphs
import CNNTensors

extension BatchNormalization {
  /// Inputs of several types before version 15, training, and parameters for each position.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version >= 7 else { return nil }
    let isOldTraining = isTraining && node.version < 14 && !isTrainingByOutputs
    let wantsOldOutputs = node.version >= 14 && (node.wants(3) || node.wants(4))
    if !isSpatial && node.version >= 9 || isOldTraining || wantsOldOutputs { return try formula(in: &node) }
    let operands = try (0...4).map { try node.input($0) }
    let types = operands.compactMap(\.elementType)
    // Version 14 has a type for mean and variance, 15 another one for scale and bias.
    let fits =
      node.version >= 15 || Set(types).count <= 1
      || node.version == 14 && Set(types.prefix(3)).count <= 1 && Set(types.dropFirst(3)).count <= 1
    if fits {
      let count = node.version < 14 ? 5 : isTraining ? 3 : 1
      guard node.wantedOutputs.count > count else { return nil }
      let plain = BatchNormalization(epsilon: epsilon, momentum: momentum, isTraining: isTraining, isSpatial: isSpatial)
      return try node.apply(plain, to: node.inputs, count: count)
    }
    guard let own = types.first, let widest = types.max(by: { $0.bitWidth < $1.bitWidth }), types.count == 5 else {
      return nil
    }
    let converted = try operands.map { try node.cast($0, to: widest) }
    let results = try node.apply(self, to: converted, count: node.wantedOutputs.count)
    return try results.enumerated().map { try node.cast($1, to: $0 == 0 ? own : types[$0 % 2 == 1 ? 3 : 4]) }
  }

  /// `(x - mean) / √(variance + epsilon) · scale + bias`, step by step.
  private func formula(in node: inout NodeExpansion) throws -> [NodeOperand?] {
    let x = try node.input(0)
    let rank = try node.rank(of: x, needs: 14)
    let type = try node.elementType(of: x)
    let behind = isSpatial ? max(rank - 2, 0) : 0
    func aligned(_ index: Int, _ node: inout NodeExpansion) throws -> NodeOperand {
      try node.cast(node.addTrailingAxes(behind, to: node.input(index), needs: 14), to: type)
    }
    var outputs: [NodeOperand?] = []
    var (mean, variance): (NodeOperand, NodeOperand)
    if isTraining {
      let axes = isSpatial ? [0] + Array(2..<max(rank, 2)) : [0]
      mean = try node.mean(x, over: axes)
      let centered = try node.apply(Subtract(), x, mean)
      variance = try node.mean(node.apply(Multiply(), centered, centered), over: axes)
      var running: [NodeOperand] = []
      var own: [NodeOperand] = []
      for (index, moment) in [(3, mean), (4, variance)] {
        let given = try node.input(index)
        let flat = try node.cast(node.reshape(moment, like: given), to: node.elementType(of: given))
        let kept = try node.apply(Multiply(), given, node.number(Double(momentum), like: given))
        let added = try node.apply(Multiply(), flat, node.number(1 - Double(momentum), like: given))
        running.append(try node.apply(Add(), kept, added))
        own.append(flat)
      }
      outputs = running + own
    } else {
      mean = try aligned(3, &node)
      variance = try aligned(4, &node)
    }
    let deviation = try node.apply(Sqrt(), node.apply(Add(), variance, node.number(Double(epsilon), like: x)))
    let normalized = try node.apply(Divide(), node.apply(Subtract(), x, mean), deviation)
    let scaled = try node.apply(Multiply(), normalized, aligned(1, &node))
    return [try node.apply(Add(), scaled, aligned(2, &node))] + outputs
  }
}

extension GroupNormalization {
  /// Scales for each group are repeated from version 21 on. Before it, groups are normalised as instances.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard sharesParameters != (node.version < 21) || node.version < 18 else { return nil }
    let x = try node.input(0)
    if node.version >= 21 {
      guard let channels = x.shape?.dropFirst().first?.value else {
        throw OperatorError.unsupported("one scale for each group needs an operator set below 21, or known channels")
      }
      let parameters = try (1...2).map { try node.repeated(node.input($0), by: channels / max(groups, 1)) }
      return [try node.apply(GroupNormalization(groups: groups, epsilon: epsilon), x, parameters[0], parameters[1])]
    }
    let type = try node.elementType(of: x)
    func filled(_ value: Float) throws -> Tensor {
      try Tensor.filled(with: Tensor(scalar: value).converted(to: type), shape: [groups])
    }
    let flat = try node.reshape(x, to: [0, groups, -1])
    let normalization = InstanceNormalization(epsilon: epsilon)
    if sharesParameters {
      return [try node.reshape(node.apply(normalization, flat, node.input(1), node.input(2)), like: x)]
    }
    let rank = try node.rank(of: x, needs: 21)
    let normalized = try node.apply(normalization, flat, node.constant(filled(1)), node.constant(filled(0)))
    let shaped = try node.reshape(normalized, like: x)
    let (scale, bias) = (
      try node.addTrailingAxes(max(rank - 2, 0), to: node.input(1), needs: 21),
      try node.addTrailingAxes(max(rank - 2, 0), to: node.input(2), needs: 21)
    )
    return [try node.apply(Add(), node.apply(Multiply(), shaped, scale), bias)]
  }
}

extension NodeExpansion {
  /// Each element so many times.
  fileprivate mutating func repeated(_ operand: NodeOperand, by count: Int) throws -> NodeOperand {
    if let constant = operand.constant {
      return self.constant(
        try constant.reshaped([constant.count, 1]).tiled([1, count]).reshaped([constant.count * count]))
    }
    let column = try reshape(operand, to: [-1, 1])
    return try reshape(apply(Tile(), column, try constant([1, count])), to: [-1])
  }
}

extension LayerNormalization {
  /// Before version 17: its formula, computed in the type of its statistics.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 17 else { return nil }
    let x = try node.input(0)
    let rank = try node.rank(of: x, needs: 17)
    let type = try node.elementType(of: x)
    let axes = Array(try axis.axis(ofRank: rank)..<rank)
    let stash = type.bitWidth > stashType.elementType.bitWidth ? type : stashType.elementType
    let wide = try node.cast(x, to: stash)
    let mean = try node.mean(wide, over: axes)
    let centered = try node.apply(Subtract(), wide, mean)
    let variance = try node.mean(node.apply(Multiply(), centered, centered), over: axes)
    let deviation = try node.apply(Sqrt(), node.apply(Add(), variance, node.number(Double(epsilon), like: variance)))
    let normalized = try node.cast(node.apply(Divide(), centered, deviation), to: type)
    var result = try node.apply(Multiply(), normalized, node.input(1))
    if let bias = node.optionalInput(2) { result = try node.apply(Add(), result, bias) }
    let moment = stashType.elementType
    return [
      result, node.wants(1) ? try node.cast(mean, to: moment) : nil,
      node.wants(2) ? try node.cast(node.apply(Reciprocal(), deviation), to: moment) : nil,
    ]
  }
}

extension RMSNormalization {
  /// Before version 23: its formula, computed in the type of its statistics.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 23 else { return nil }
    let (x, scale) = (try node.input(0), try node.input(1))
    let rank = try node.rank(of: x, needs: 23)
    let type = try node.elementType(of: x)
    let stash = type.bitWidth > stashType.elementType.bitWidth ? type : stashType.elementType
    let wide = try node.cast(x, to: stash)
    let square = try node.mean(
      node.apply(Multiply(), wide, wide), over: Array(try axis.axis(ofRank: rank)..<rank))
    let root = try node.apply(Sqrt(), node.apply(Add(), square, node.number(Double(epsilon), like: square)))
    let normalized = try node.cast(node.apply(Divide(), wide, root), to: scale.elementType ?? type)
    return [try node.apply(Multiply(), normalized, scale)]
  }
}
