import CNNGraphs
import CNNOperators

/// Layers without weights that give a map other extents, or its elements another order.
extension FeatureMap {
  /// The elements in another shape; 0 keeps an extent, -1 takes what is left.
  @inline(never)
  package func reshaped(_ extents: [Int]) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let shape = builder.constant(extents.map(Int64.init), hint: origin.appending(step: "reshape.shape"))
    return builder.apply(
      Reshape(), [id, shape], named: origin.appending(step: "reshape"), to: self, origin: origin)
  }

  /// The axes in another order.
  @inline(never)
  package func transposed(_ permutation: [Int]) -> FeatureMap {
    then(Transpose(permutation: permutation), "transpose")
  }

  /// A part of an axis, `start ..< end`, or every `step`-th element of it.
  @inline(never)
  package func sliced(axis: Int, from start: Int, to end: Int, step: Int = 1) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let operands = [("starts", start), ("ends", end), ("axes", axis), ("steps", step)]
      .map { builder.constant([Int64($0.1)], hint: origin.appending(step: "slice.\($0.0)")) }
    return builder.apply(
      Slicing(), [id] + operands, named: origin.appending(step: "slice"), to: self, origin: origin)
  }

  /// Equal parts of an axis.
  package func split(axis: Int, into count: Int) -> [FeatureMap] {
    let extent = (axis < shape.count ? shape[axis].value ?? 1 : 1) / max(count, 1)
    return (0..<count).map { sliced(axis: axis, from: extent * $0, to: extent * ($0 + 1)) }
  }

  /// Several maps behind one another along an axis.
  @inline(never)
  package static func joined(_ maps: [FeatureMap], axis: Int) -> FeatureMap {
    let last = maps[maps.count - 1]
    guard !last.builder.hasFailed else { return last }
    return last.builder.apply(
      Concatenation(axis: axis), maps.map(\.id), named: last.origin.appending(step: "concat"), to: last,
      origin: last.origin)
  }

  /// Zeros around a map: how many before and behind each axis.
  @inline(never)
  package func padded(before: [Int], behind: [Int]) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let pads = builder.constant((before + behind).map(Int64.init), hint: origin.appending(step: "pad.pads"))
    return builder.apply(
      CNNOperators.Padding(), [id, pads], named: origin.appending(step: "pad"), to: self, origin: origin)
  }

  /// The map in another size `[H, W]`, between its elements a weighted mean of the four beside.
  @inline(never)
  package func resized(to size: [Int], mode: Resampling.Mode = .linear, alignsCorners: Bool = false) -> FeatureMap {
    guard !builder.hasFailed, shape.count == 4 else { return self }
    let coordinates: Resampling.Coordinates =
      alignsCorners ? .alignCorners : mode == .nearest ? .asymmetric : .halfPixel
    let resampling = Resampling(mode, coordinates: coordinates, rounding: mode == .nearest ? .floor : .preferFloor)
    let extents = shape.suffix(2).compactMap(\.value)
    guard extents.count == 2 else { return self }
    let scales = [1, 1] + zip(extents, size).map { Self.scale(from: $0, to: $1) }
    let scale = builder.numbers(scales, shape: [4], hint: origin.appending(step: "resize.scales"))
    let empty = builder.numbers([], shape: [0], hint: origin.appending(step: "resize.region"))
    return builder.apply(
      Resize(resampling), [id, empty, scale], named: origin.appending(step: "resize"), to: self, origin: origin)
  }

  /// A factor that gives exactly an extent when the product is rounded down.
  private static func scale(from extent: Int, to size: Int) -> Float {
    var scale = Float(size) / Float(extent)
    while Int(scale * Float(extent)) < size { scale = scale.nextUp }
    return scale
  }

  /// The mean over windows that divide a map into `side` by `side`, as PyTorch's `AdaptiveAvgPool2d` does.
  @inline(never)
  package func adaptiveAveragePool(_ side: Int) -> FeatureMap {
    let extents = shape.suffix(2).compactMap(\.value)
    guard !builder.hasFailed, shape.count == 4, extents.count == 2, extents != [side, side] else { return self }
    if extents.allSatisfy({ $0 % side == 0 }) {
      let kernel = extents.map { $0 / side }
      return averagePool(kernel: kernel, stride: kernel)
    }
    let rows = means(extents[0], side)
    let columns = means(extents[1], side)
    let left = builder.numbers(rows, shape: [side, extents[0]], hint: origin.appending(step: "pool.rows"))
    var transposed = [Float](repeating: 0, count: columns.count)
    for row in 0..<side {
      for column in 0..<extents[1] { transposed[column * side + row] = columns[row * extents[1] + column] }
    }
    let right = builder.numbers(
      transposed, shape: [extents[1], side], hint: origin.appending(step: "pool.columns"))
    let x = builder.apply(
      MatrixMultiplication(), [left, id], named: origin.appending(step: "pool_rows"), to: self, origin: origin)
    return builder.apply(
      MatrixMultiplication(), [x.id, right], named: origin.appending(step: "pool_columns"), to: x, origin: origin)
  }

  /// The matrix `[side, extent]` whose rows take the mean of one window each.
  private func means(_ extent: Int, _ side: Int) -> [Float] {
    var matrix = [Float](repeating: 0, count: extent * side)
    for row in 0..<side {
      let (start, end) = (row * extent / side, ((row + 1) * extent + side - 1) / side)
      for column in start..<end { matrix[row * extent + column] = 1 / Float(end - start) }
    }
    return matrix
  }

  // MARK: Reductions and products

  /// The mean over axes, which stay with extent 1.
  @inline(never)
  package func mean(axes: [Int], keepsAxes: Bool = true) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let rank = shape.count
    let positive = axes.map { $0 < 0 ? $0 + rank : $0 }
    // Axes are an attribute up to version 17 and an input from 18 on: the operator's one form has the input.
    let constant = builder.constant(positive.map(Int64.init), hint: origin.appending(step: "mean.axes"))
    return builder.apply(
      ReduceMean(keepsAxes: keepsAxes), [id, constant], named: origin.appending(step: "mean"), to: self,
      origin: origin)
  }

  /// The largest value of each channel, `[N, C, 1, 1]`.
  package func globalMaxPool() -> FeatureMap { then(GlobalMaxPooling(), "global_max_pool") }

  /// The product of matrices in the last two axes.
  @inline(never)
  package func matrixProduct(_ other: FeatureMap) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return builder.apply(
      MatrixMultiplication(), [id, other.id], named: origin.appending(step: "matmul"), to: self, origin: origin)
  }

  /// Shares that add up to one along an axis.
  package func softmax(axis: Int) -> FeatureMap { then(Softmax(axis: axis), "softmax") }

  /// The quotient.
  @inline(never)
  package func divided(by other: FeatureMap) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return builder.apply(Divide(), [id, other.id], named: origin.appending(step: "div"), to: self, origin: origin)
  }

  /// The sum with something that is no shortcut, such as a position's embedding.
  @inline(never)
  package func added(_ other: FeatureMap) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return builder.apply(Add(), [id, other.id], named: origin.appending(step: "add"), to: self, origin: origin)
  }

  /// The sum with a number.
  @inline(never)
  package func shifted(by summand: Float) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let summand = builder.scalar(summand, hint: origin.appending(step: "shift"))
    return builder.apply(Add(), [id, summand], named: origin.appending(step: "shifted"), to: self, origin: origin)
  }
}

extension FeatureMap {
  /// The sum over axes, which stay with extent 1.
  @inline(never)
  package func sum(axes: [Int], keepsAxes: Bool = true) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let constant = builder.constant(axes.map(Int64.init), hint: origin.appending(step: "sum.axes"))
    return builder.apply(
      ReduceSum(keepsAxes: keepsAxes), [id, constant], named: origin.appending(step: "sum"), to: self, origin: origin)
  }

  /// The square root.
  package func squareRoot() -> FeatureMap { then(Sqrt(), "sqrt") }
}
