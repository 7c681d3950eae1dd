import CNNGraphs
import CNNOperators

/// What flows from layer to layer of a network that is being drawn, and the layers without weights.
package struct FeatureMap {
  let builder: NetworkBuilder
  let id: ValueID
  /// The path of the last module with weights it came through, after which what follows is named.
  let origin: String

  /// The extents as far as they are known.
  package var shape: [Dimension] { builder.shape(of: id) }

  /// The number of channels of `[N, C, H, W]`, of features of `[N, F]`.
  package var channels: Int { shape.count > 1 ? shape[1].value ?? 1 : 1 }

  /// `max(x, 0)`.
  package func relu() -> FeatureMap { then(Relu(), "relu") }

  /// The hyperbolic tangent.
  package func tanh() -> FeatureMap { then(Tanh(), "tanh") }

  /// The largest value in each window. `ceilMode` counts the last, incomplete window as well.
  package func maxPool(
    kernel: any PerAxis, stride: any PerAxis, padding: any PerAxis = 0, ceilMode: Bool = false
  ) -> FeatureMap {
    then(MaxPooling(window: window(kernel, stride, padding, ceilMode)), "max_pool")
  }

  /// The mean of each window. `countsPadding` divides by the window's size at the border, too, as PyTorch does.
  package func averagePool(
    kernel: any PerAxis, stride: any PerAxis, padding: any PerAxis = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) -> FeatureMap {
    then(
      AveragePooling(window: window(kernel, stride, padding, ceilMode), countsPadding: countsPadding), "average_pool")
  }

  /// The mean of each channel, `[N, C, 1, 1]`.
  package func globalAveragePool() -> FeatureMap { then(GlobalAveragePooling(), "global_average_pool") }

  /// All but the batch in one axis, `[N, C * H * W]`.
  package func flattened() -> FeatureMap { then(Flatten(axis: 1), "flatten") }

  /// Local response normalization across channels: `x / (bias + alpha / size * Σ x²) ^ beta` over `size` channels.
  package func localResponseNormalized(size: Int, alpha: Float, beta: Float, bias: Float) -> FeatureMap {
    then(LocalResponseNormalization(size: size, alpha: alpha, beta: beta, bias: bias), "local_response_norm")
  }

  /// The sum of a residual branch and what it goes around.
  package static func + (branch: FeatureMap, shortcut: FeatureMap) -> FeatureMap {
    branch.builder.endResidualBranch(branch)
    return branch.builder.apply(
      Add(), [branch.id, shortcut.id], named: branch.origin.appending(step: "add"), to: branch, origin: branch.origin)
  }

  private func then(_ operation: any Operator, _ step: String) -> FeatureMap {
    builder.apply(operation, [id], named: origin.appending(step: step), to: self, origin: origin)
  }

  private func window(
    _ kernel: any PerAxis, _ stride: any PerAxis, _ padding: any PerAxis, _ ceilMode: Bool
  ) -> SpatialWindow {
    SpatialWindow(
      kernel: kernel.perAxis, strides: stride.perAxis, pads: padding.perAxis + padding.perAxis, ceilMode: ceilMode)
  }
}

extension String {
  fileprivate func appending(step: String) -> String { isEmpty ? step : "\(self).\(step)" }
}
