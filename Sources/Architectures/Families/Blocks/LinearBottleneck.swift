/// An inverted residual with linear bottleneck (Sandler et al. 2018, figure 4 d): a 1x1 convolution that expands, a
/// depthwise one, and a 1x1 convolution without activation that projects.
struct LinearBottleneck {
  /// A convolution without bias and the normalization behind it.
  typealias Layer = (convolution: ModulePath, normalization: ModulePath)

  /// Absent if nothing is expanded.
  var expand: Layer?
  var depthwise: Layer
  var project: Layer

  init(expand: Layer?, depthwise: Layer, project: Layer) {
    (self.expand, self.depthwise, self.project) = (expand, depthwise, project)
  }

  /// The block by the names of timm.
  init(timm net: ModulePath, expands: Bool) {
    expand = expands ? (net.conv_pw, net.bn1) : nil
    depthwise = (net.conv_dw, expands ? net.bn2 : net.bn1)
    project = expands ? (net.conv_pwl, net.bn3) : (net.conv_pw, net.bn2)
  }

  /// Draws all but the shortcut.
  func branch(
    _ input: FeatureMap, _ channels: Int, expansion: Int, kernel: Int, stride: Int,
    activation: (FeatureMap) -> FeatureMap
  ) -> FeatureMap {
    var x = input
    if let expand {
      x = expand.convolution.convolution(x, x.channels * expansion, kernel: 1, bias: false)
      x = activation(expand.normalization.batchNormalization(x))
    }
    x = depthwise.convolution.depthwiseConvolution(
      x, kernel: kernel, stride: stride, padding: kernel / 2, bias: false)
    x = activation(depthwise.normalization.batchNormalization(x))
    x = project.convolution.convolution(x, channels, kernel: 1, bias: false)
    return project.normalization.batchNormalization(x)
  }
}
