import CNNGraphs
import CNNOperators
import CNNTensors

/// What flows from layer to layer of a network that is being drawn, and the layers without weights.
package struct FeatureMap {
  let builder: NetworkBuilder
  let id: ValueID
  /// The path of the last module with weights it came through, after which what follows is named.
  let origin: String

  /// The extents as far as they are known.
  package var shape: [Dimension] { builder.shape(of: id) }

  /// The number of channels of `[N, C, H, W]`, of features of `[N, F]`.
  package var channels: Int {
    @inline(never) get {
      let shape = shape
      return shape.count > 1 ? shape[1].value ?? 1 : 1
    }
  }

  // MARK: Pooling

  /// The largest value in each window. `ceilMode` counts the last, incomplete window as well.
  @inline(never)
  package func maxPool(
    kernel: any PerAxis, stride: any PerAxis, padding: any Padding = 0, ceilMode: Bool = false
  ) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return then(MaxPooling(window: window(kernel, stride, padding, ceilMode)), "max_pool")
  }

  /// The mean of each window. `countsPadding` divides by the window's size at the border, too, as PyTorch does.
  @inline(never)
  package func averagePool(
    kernel: any PerAxis, stride: any PerAxis, padding: any Padding = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return then(
      AveragePooling(window: window(kernel, stride, padding, ceilMode), countsPadding: countsPadding), "average_pool")
  }

  /// The mean of each channel, `[N, C, 1, 1]`.
  @inline(never)
  package func globalAveragePool() -> FeatureMap { then(GlobalAveragePooling(), "global_average_pool") }

  // MARK: Shape

  /// All but the batch in one axis, `[N, C * H * W]`.
  @inline(never)
  package func flattened() -> FeatureMap { then(Flatten(axis: 1), "flatten") }

  /// Channels of several maps behind one another.
  @inline(never)
  package static func concatenated(_ maps: [FeatureMap]) -> FeatureMap {
    let last = maps[maps.count - 1]
    guard !last.builder.hasFailed else { return last }
    return last.builder.apply(
      Concatenation(axis: 1), maps.map(\.id), named: last.origin.appending(step: "concat"), to: last,
      origin: last.origin)
  }

  /// Some of the channels, `start ..< end`.
  package func channels(from start: Int, to end: Int) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let starts = builder.constant([Int64(start)], hint: origin.appending(step: "slice.starts"))
    let ends = builder.constant([Int64(end)], hint: origin.appending(step: "slice.ends"))
    let axes = builder.constant([1], hint: origin.appending(step: "slice.axes"))
    return builder.apply(
      Slicing(), [id, starts, ends, axes], named: origin.appending(step: "slice"), to: self, origin: origin)
  }

  /// Channels dealt out in turn to `groups` groups, as ShuffleNet does (Zhang et al. 2017, section 3.1): channel
  /// `i * groups + g` is what was channel `g * (channels / groups) + i`.
  @inline(never)
  package func shuffled(groups: Int) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let width = channels / max(groups, 1)
    let order = (0..<channels).map { Int64($0 % groups * width + $0 / groups) }
    let indices = builder.constant(order, hint: origin.appending(step: "shuffle.order"))
    return builder.apply(
      Gather(axis: 1), [id, indices], named: origin.appending(step: "shuffle"), to: self, origin: origin)
  }

  // MARK: Arithmetic

  /// Local response normalization across channels: `x / (bias + alpha / size * Σ x²) ^ beta` over `size` channels.
  @inline(never)
  package func localResponseNormalized(size: Int, alpha: Float, beta: Float, bias: Float) -> FeatureMap {
    then(LocalResponseNormalization(size: size, alpha: alpha, beta: beta, bias: bias), "local_response_norm")
  }

  /// The sum of a residual branch and what it goes around.
  @inline(never)
  package static func + (branch: FeatureMap, shortcut: FeatureMap) -> FeatureMap {
    branch.builder.endResidualBranch(branch)
    return branch.combined(Add(), with: shortcut, "add")
  }

  /// The product, such as of a map `[N, C, H, W]` and its gates `[N, C, 1, 1]`.
  @inline(never)
  package static func * (map: FeatureMap, gates: FeatureMap) -> FeatureMap {
    map.combined(Multiply(), with: gates, "mul")
  }

  /// The product with a number.
  @inline(never)
  package func scaled(by factor: Float) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let factor = builder.scalar(factor, hint: origin.appending(step: "scale"))
    return builder.apply(Multiply(), [id, factor], named: origin.appending(step: "scaled"), to: self, origin: origin)
  }

  /// Features `[N, F]` divided by their Euclidean length.
  package func unitLength() -> FeatureMap { then(LpNormalization(axis: 1, p: 2), "unit_length") }

  @inline(never)
  func then(_ operation: any Operator, _ step: String) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return builder.apply(operation, [id], named: origin.appending(step: step), to: self, origin: origin)
  }

  private func combined(_ operation: any Operator, with other: FeatureMap, _ step: String) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    return builder.apply(operation, [id, other.id], named: origin.appending(step: step), to: self, origin: origin)
  }

  private func window(
    _ kernel: any PerAxis, _ stride: any PerAxis, _ padding: any Padding, _ ceilMode: Bool
  ) -> SpatialWindow {
    SpatialWindow(
      kernel: kernel.perAxis, strides: stride.perAxis, pads: padding.pads, autoPad: padding.autoPad,
      ceilMode: ceilMode)
  }
}

extension String {
  func appending(step: String) -> String { isEmpty ? step : "\(self).\(step)" }
}
