/// Parallel branches whose sum is a single convolution (Ding et al.: "RepVGG: Making VGG-style ConvNets Great Again",
/// 2021, section 3.3). In training: convolutions, a convolution 1x1 and the input itself, each with a normalization.
/// Deployed: that one convolution. Squeeze-and-excitation, if there is one, and ReLU follow.
struct ReparameterizedBlock {
  /// The block's layers under the names of one spelling.
  struct Layers {
    /// Convolutions of the block's own kernel.
    var convolutions: [ModulePath]
    /// The convolution 1x1, beside larger ones.
    var pointwise: ModulePath
    /// The input's normalization, if nothing changes its shape.
    var identity: ModulePath
    /// The only convolution of the deployed form.
    var deployed: ModulePath
    var squeeze: ModulePath
    var excite: ModulePath
  }

  var channels: Int
  var kernel = 3
  var stride = 1
  var groups = 1
  /// True if squeeze-and-excitation, to one sixteenth of the channels, follows.
  var isExcited = false
  var isDeployed = false

  func build(_ layers: Layers, _ input: FeatureMap) -> FeatureMap {
    var x = isDeployed ? convolved(layers.deployed, input, kernel: kernel, bias: true) : branches(layers, input)
    if isExcited {
      let inside = layers.squeeze.convolution(x.globalAveragePool(), max(1, channels / 16), kernel: 1).relu()
      x = x * layers.excite.convolution(inside, channels, kernel: 1).sigmoid()
    }
    return x.relu()
  }

  private func branches(_ layers: Layers, _ input: FeatureMap) -> FeatureMap {
    func branch(_ net: ModulePath, _ kernel: Int) -> FeatureMap {
      net.bn.batchNormalization(convolved(net.conv, input, kernel: kernel, bias: false))
    }
    var branches = layers.convolutions.map { branch($0, kernel) }
    if kernel > 1 { branches.append(branch(layers.pointwise, 1)) }
    if stride == 1, input.channels == channels { branches.append(layers.identity.batchNormalization(input)) }
    return branches.dropFirst().reduce(branches[0]) { $1 + $0 }
  }

  private func convolved(_ net: ModulePath, _ x: FeatureMap, kernel: Int, bias: Bool) -> FeatureMap {
    net.convolution(x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: bias)
  }
}
