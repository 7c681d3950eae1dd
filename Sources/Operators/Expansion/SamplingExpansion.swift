import CNNGraphs
import CNNTensors

extension Upsample {
  /// What `Resize` has done since version 10.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version >= 10 else { return nil }
    let (x, scales) = (try node.input(0), try node.input(1))
    if node.version == 10 { return [try node.apply(Resize(scalesOnly: mode), x, scales)] }
    let resize = Resize(Resampling(mode, coordinates: .asymmetric, rounding: .floor))
    return try node.apply(resize, to: [x, nil, scales], count: 1)
  }
}

extension Resize {
  /// Version 10 took scales alone, versions 11 and 12 ask for region and scales, and several settings came later.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    if takesOnlyScales { return try node.version == 10 ? nil : modernized(in: &node) }
    guard node.version >= 11 else { return try legacy(in: &node) }
    if resampling.coordinates == .halfPixelForNearest, node.version >= 13 {
      var resampling = resampling
      resampling.coordinates = .halfPixel
      if resampling.mode == .nearest {
        guard resampling.rounding == .floor else {
          throw OperatorError.unsupported("'tf_half_pixel_for_nn' ended with operator set 12")
        }
        // ⌊(x + 0.5) / s⌋ is the nearest to (x + 0.5) / s - 0.5, the higher of two.
        resampling.rounding = .preferCeiling
      }
      return try node.applyToInputs(Resize(resampling, axes: axes, aspectRatio: aspectRatio))
    }
    if node.version < 18, axes != nil || aspectRatio != .stretch || resampling.antialiases {
      return try withoutLaterSettings(in: &node)
    }
    guard node.version < 13, node.optionalInput(1) == nil || node.optionalInput(2) == nil else { return nil }
    let empty = node.constant(try Tensor([Float](), shape: [0]))
    var operands: [NodeOperand?] = [
      try node.input(0), node.optionalInput(1) ?? empty, node.optionalInput(2) ?? empty,
    ]
    if let sizes = node.optionalInput(3) { operands.append(sizes) }
    return try node.apply(self, to: operands, count: 1)
  }

  /// Version 10's form for a later or an earlier operator set.
  private func modernized(in node: inout NodeExpansion) throws -> [NodeOperand?] {
    let (x, scales) = (try node.input(0), try node.input(1))
    let factors = try scales.constant?.values(as: Float.self)
    if node.version < 10 {
      guard let factors, factors.allSatisfy({ $0 >= 1 }) else { throw node.refusal("a Resize that shrinks", needs: 10) }
      return [try node.apply(Upsample(mode: resampling.mode), x, scales)]
    }
    func resized(_ x: NodeOperand, _ scales: NodeOperand, _ rounding: Resampling.Rounding) throws -> NodeOperand {
      let resize = Resize(Resampling(resampling.mode, coordinates: .asymmetric, rounding: rounding))
      return try node.apply(resize, to: [x, nil, scales], count: 1)[0]
    }
    guard resampling.mode == .nearest else { return [try resized(x, scales, .floor)] }
    guard let factors else {
      throw OperatorError.unsupported(
        "whether the axes grow or shrink is not known; only operator set 10 can write that")
    }
    if factors.allSatisfy({ $0 >= 1 }) { return [try resized(x, scales, .floor)] }
    if factors.allSatisfy({ $0 <= 1 }) { return [try resized(x, scales, .ceiling)] }
    let shrinking = node.constant(try Tensor(factors.map { min($0, 1) }, shape: [factors.count]))
    let growing = node.constant(try Tensor(factors.map { max($0, 1) }, shape: [factors.count]))
    return [try resized(resized(x, shrinking, .ceiling), growing, .floor)]
  }

  /// The form of version 10, or `Upsample` before it.
  private func legacy(in node: inout NodeExpansion) throws -> [NodeOperand?] {
    let x = try node.input(0)
    if axes != nil || aspectRatio != .stretch || resampling.antialiases {
      return try withoutLaterSettings(in: &node)
    }
    guard let factors = try scales(in: node) else {
      throw node.refusal("sizes, or scales that are not constant,", needs: 11)
    }
    let grows = factors.allSatisfy { $0 >= 1 }
    let isWhole = factors.allSatisfy { $0 == $0.rounded() }
    let isLegacy: Bool
    switch (resampling.mode, resampling.coordinates) {
    case (.linear, .asymmetric): isLegacy = true
    case (.nearest, .asymmetric):
      isLegacy = resampling.rounding == (grows ? .floor : .ceiling) && (grows || factors.allSatisfy { $0 <= 1 })
    case (.nearest, .halfPixel), (.nearest, .pytorchHalfPixel), (.nearest, .halfPixelSymmetric):
      // Whole copies of each element, however the middle is rounded.
      isLegacy = grows && isWhole && [.preferFloor, .preferCeiling].contains(resampling.rounding)
    default: isLegacy = factors.allSatisfy { $0 == 1 }
    }
    guard isLegacy else {
      throw node.refusal(
        "mode '\(resampling.mode.rawValue)' with '\(resampling.coordinates.rawValue)', '\(resampling.rounding.rawValue)'",
        needs: 11)
    }
    let scales = node.constant(try Tensor(factors, shape: [factors.count]))
    if node.version >= 10 { return [try node.apply(Resize(scalesOnly: resampling.mode), x, scales)] }
    guard grows else { throw node.refusal("a Resize that shrinks", needs: 10) }
    return [try node.apply(Upsample(mode: resampling.mode), x, scales)]
  }

  /// The scales of all axes, if they are constant or follow from constant sizes.
  private func scales(in node: NodeExpansion) throws -> [Float]? {
    if let scales = try node.optionalInput(2)?.constant?.values(as: Float.self), !scales.isEmpty { return scales }
    guard let extents = node.inputs[0]?.known.type.tensor?.fixedShape, let sizes = node.integers(3),
      sizes.count == extents.count
    else { return nil }
    let factors = zip(sizes, extents).map { Float($0) / Float($1) }
    let areExact = try zip(factors, zip(sizes, extents)).allSatisfy { try $1.1.scaled(by: $0) == $1.0 }
    return areExact ? factors : nil
  }

  /// The same for all axes, without what came with version 18.
  private func withoutLaterSettings(in node: inout NodeExpansion) throws -> [NodeOperand?] {
    let x = try node.input(0)
    let rank = try node.rank(of: x, needs: 18)
    let axes = try (axes ?? Array(0..<rank)).axes(ofRank: rank)
    guard resampling.coordinates != .cropAndResize else { throw node.refusal("a region of some axes", needs: 18) }
    let extents = axes.map { x.shape?[$0].value }
    var plain = resampling
    plain.antialiases = false
    if let scales = node.optionalInput(2), scales.known.type.tensor?.fixedShape != [0] {
      guard let factors = try scales.constant?.values(as: Float.self), factors.count == axes.count else {
        throw node.refusal("scales of some axes that are not constant", needs: 18)
      }
      if resampling.antialiases, factors.contains(where: { $0 < 1 }) { throw node.refusal("antialias", needs: 18) }
      var all = [Float](repeating: 1, count: rank)
      for (axis, factor) in zip(axes, factors) { all[axis] = factor }
      return try node.apply(Resize(plain), to: [x, nil, node.constant(Tensor(all, shape: [rank]))], count: 1)
    }
    let sizes = try node.input(3)
    var known = node.integers(3)
    if aspectRatio != .stretch {
      let fixed = extents.compactMap(\.self)
      guard let wanted = known, fixed.count == axes.count, wanted.count == axes.count else {
        throw node.refusal("keep_aspect_ratio_policy", needs: 18)
      }
      let plan = try self.plan(fixed, sizes: wanted)
      guard zip(plan, fixed).allSatisfy({ Double($0.output) / Double($1) == $0.scale }) else {
        throw node.refusal("keep_aspect_ratio_policy", needs: 18)
      }
      known = plan.map(\.output)
    }
    if resampling.antialiases {
      guard let known, zip(known, extents).allSatisfy({ size, extent in extent.map { size >= $0 } ?? false }) else {
        throw node.refusal("antialias", needs: 18)
      }
    }
    return try node.apply(
      Resize(plain), to: [x, nil, nil, allSizes(known, sizes, axes, of: x, rank, &node)], count: 1)
  }

  /// Sizes for all axes: those of some, and the input's own extents.
  private func allSizes(
    _ known: [Int]?, _ sizes: NodeOperand, _ axes: [Int], of x: NodeOperand, _ rank: Int, _ node: inout NodeExpansion
  ) throws -> NodeOperand {
    if let known, axes == Array(0..<rank) { return try node.constant(known) }
    if axes == Array(0..<rank) { return sizes }
    let fixed = (0..<rank).compactMap { axis in
      axes.firstIndex(of: axis).map { known?[$0] } ?? x.shape?[axis].value
    }
    if fixed.count == rank { return try node.constant(fixed) }
    let shape = try node.apply(Shape(), x)
    var parts: [NodeOperand] = []
    for axis in 0..<rank {
      if let index = axes.firstIndex(of: axis) {
        if let known {
          parts.append(try node.constant([known[index]]))
        } else {
          parts.append(try node.slice(sizes, from: index, to: index + 1, axis: 0))
        }
      } else {
        parts.append(try node.slice(shape, from: axis, to: axis + 1, axis: 0))
      }
    }
    return try node.apply(Concatenation(axis: 0), to: parts, count: 1)[0]
  }
}
