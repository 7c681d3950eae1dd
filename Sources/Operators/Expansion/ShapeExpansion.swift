import CNNGraphs
import CNNTensors

extension Shape {
  /// Before version 15 a part of the shape is cut out of the whole.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 15, start != 0 || end != nil else { return nil }
    let whole = try node.apply(Shape(), node.input(0))
    return [try node.slice(whole, from: start, to: end ?? Int(Int32.max), axis: 0)]
  }
}

extension Reshape {
  /// Before version 14 a shape must not hold 0 for an empty axis.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 14, allowsZero else { return nil }
    let shape = try node.input(1)
    // What is left open are extents of the input, which are empty only if all of it is.
    let contents = node.integers(1).map { $0.map(Dimension.fixed) } ?? shape.known.contents
    guard let contents, !contents.contains(.fixed(0)) else { throw node.refusal("allowzero", needs: 14) }
    return [try node.apply(Reshape(), node.input(0), shape)]
  }
}

extension Split {
  /// Before version 18 parts are equal or their extents are given.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let count = node.wantedOutputs.count
    guard node.version < 18, !node.has(1), count > 1 else { return nil }
    let x = try node.input(0)
    guard let shape = x.shape else {
      // Made for a version below 18, in which parts are equal.
      return nil
    }
    let axis = try axis.axis(ofRank: shape.count)
    if let extent = shape[axis].value {
      guard extent % count != 0 else { return nil }
      let part = extent / count + 1
      let sizes = try node.constant(Array(repeating: part, count: count - 1) + [extent - part * (count - 1)])
      return try node.apply(Split(axis: axis), to: [x, sizes], count: count)
    }
    guard mayBeUneven else { return nil }
    guard node.version >= 10 else { throw node.refusal("parts of an extent that is not known", needs: 10) }
    let extent = try node.slice(node.apply(Shape(), x), from: axis, to: axis + 1, axis: 0)
    let raised = try node.apply(Add(), extent, node.constant([count - 1]))
    let part = try node.apply(Divide(), raised, node.constant([count]))
    return try (0..<count).map { index in
      let start = try node.apply(Multiply(), part, node.constant([index]))
      let end = try node.apply(Multiply(), part, node.constant([index + 1]))
      return try node.apply(Slicing(), x, start, end, node.constant([axis]))
    }
  }
}

extension Padding {
  /// `wrap` before version 19 puts parts of the input beside it; before version 18 pads are for all axes.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    let wraps = mode == .wrap && node.version < 19
    guard wraps || node.has(3) && node.version < 18 else { return nil }
    let x = try node.input(0)
    guard let pads = node.integers(1) else {
      throw node.refusal(wraps ? "mode 'wrap' with variable pads" : "padding of some axes", needs: wraps ? 19 : 18)
    }
    let rank = try node.rank(of: x, needs: wraps ? 19 : 18)
    var axes = Array(0..<rank)
    if node.has(3) {
      guard let given = node.integers(3) else { throw node.refusal("padding of variable axes", needs: 18) }
      axes = try given.axes(ofRank: rank)
    }
    guard pads.count == 2 * axes.count else { throw OperatorError.invalid("\(pads.count) pads for \(axes.count) axes") }
    if wraps {
      var result = x
      for (index, axis) in axes.enumerated() {
        result = try wrapped(result, axis, pads[index], pads[index + axes.count], &node)
      }
      return [result]
    }
    var all = [Int](repeating: 0, count: 2 * rank)
    for (index, axis) in axes.enumerated() {
      all[axis] = pads[index]
      all[axis + rank] = pads[index + axes.count]
    }
    return try node.apply(self, to: [x, node.constant(all), node.optionalInput(2)], count: 1)
  }

  /// One axis with its end before it and its beginning behind it.
  private func wrapped(
    _ x: NodeOperand, _ axis: Int, _ before: Int, _ after: Int, _ node: inout NodeExpansion
  ) throws -> NodeOperand {
    if before == 0 && after == 0 { return x }
    guard before >= 0, after >= 0, max(before, after) <= x.shape?[axis].value ?? .max else {
      throw node.refusal("mode 'wrap' by less than nothing or more than the whole axis", needs: 19)
    }
    var parts = [x]
    if before > 0 { parts.insert(try node.slice(x, from: -before, to: Int(Int32.max), axis: axis), at: 0) }
    if after > 0 { parts.append(try node.slice(x, from: 0, to: after, axis: axis)) }
    return try node.apply(Concatenation(axis: axis), to: parts, count: 1)[0]
  }
}

extension DepthToSpace {
  /// Before version 11: columns, rows and channels moved step by step.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 11, order != .depthFirst else { return nil }
    let x = try node.input(0)
    guard let shape = x.shape, shape.count == 4, let channels = shape[1].value, let width = shape[3].value else {
      throw node.refusal("mode 'CRD' of an unknown width", needs: 11)
    }
    let (side, kept) = (blockSize, channels / (blockSize * blockSize))
    let height = shape[2].value
    let blocks = try node.reshape(x, to: [0, kept, side, side, height ?? -1, width])
    let spread = try node.apply(Transpose(permutation: [0, 1, 4, 2, 5, 3]), blocks)
    return [try node.reshape(spread, to: [0, kept, height.map { $0 * side } ?? -1, width * side])]
  }
}

extension SpaceToDepth {
  /// Before version 28: columns, rows and channels moved step by step.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 28, order != .depthFirst else { return nil }
    let x = try node.input(0)
    guard let shape = x.shape, shape.count == 4, let channels = shape[1].value, let width = shape[3].value else {
      throw node.refusal("mode 'CRD' of an unknown width", needs: 28)
    }
    let (side, height) = (blockSize, shape[2].value.map { $0 / blockSize })
    let blocks = try node.reshape(x, to: [0, channels, height ?? -1, side, width / side, side])
    let stacked = try node.apply(Transpose(permutation: [0, 1, 3, 5, 2, 4]), blocks)
    return [try node.reshape(stacked, to: [0, channels * side * side, height ?? -1, width / side])]
  }
}

extension TriangularPart {
  /// Before version 14: a choice between the input and 0.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 14 else { return nil }
    let x = try node.input(0)
    let diagonal = node.has(1) ? node.integers(1)?.first : 0
    guard let diagonal, let shape = x.shape, shape.count >= 2, let rows = shape[shape.count - 2].value,
      let columns = shape[shape.count - 1].value
    else { throw node.refusal("a triangle whose extents are not known", needs: 14) }
    let mask = try Tensor(.bool, shape: [rows, columns]) { target in
      for index in target.indices {
        let offset = index % columns - index / columns
        target[index] = (isUpper ? offset >= diagonal : offset <= diagonal) ? 1 : 0
      }
    }
    let choice = node.constant(mask)
    return [try node.apply(Where(), choice, x, node.number(0, like: x))]
  }
}
