import CNNGraphs
import CNNOperators
import CNNTensors

/// A place in a network's tree of modules, and the layers with weights that can stand there.
///
/// `net.layer1[0].conv1` is the module whose weight has the key `layer1.0.conv1.weight`. A name that is no Swift
/// identifier, or is one of the layers below, is written as a string: `net["0"]`, `net["linear"]`.
///
/// Networks consist of calls of these functions, which are neither inlined nor specialised: that keeps the build short.
@dynamicMemberLookup
package struct ModulePath {
  let builder: NetworkBuilder
  /// The keys on the way here, joined by dots; empty for the whole network.
  package let path: String

  /// The module of a name inside this one.
  package subscript(dynamicMember name: String) -> ModulePath { self[name] }

  /// The module of a number inside this one.
  package subscript(index: Int) -> ModulePath {
    @inline(never) get { builder.hasFailed ? self : self[String(index)] }
  }

  /// The module of a name inside this one.
  package subscript(name: String) -> ModulePath {
    @inline(never) get {
      builder.hasFailed ? self : ModulePath(builder: builder, path: path.isEmpty ? name : "\(path).\(name)")
    }
  }

  /// Convolution of `[N, C, H, W]` to `channels` channels.
  @inline(never)
  package func convolution(
    _ x: FeatureMap, _ channels: Int, kernel: any PerAxis, stride: any PerAxis = 1, padding: any Padding = 0,
    dilation: any PerAxis = 1, groups: Int = 1, bias: Bool = true
  ) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let window = SpatialWindow(
      kernel: kernel.perAxis, strides: stride.perAxis, dilations: dilation.perAxis, pads: padding.pads,
      autoPad: padding.autoPad)
    let shape = [channels, x.channels / max(groups, 1)] + kernel.perAxis
    builder.meet(.convolution(weights: shape, groups: groups), on: x.id)
    let weight = builder.weight("\(path).weight", shape, .weight)
    let operands = [x.id, weight] + (bias ? [builder.weight("\(path).bias", [channels], .bias)] : [])
    return builder.apply(Convolution(window: window, groups: groups), operands, named: path, to: x)
  }

  /// The end of a network: what its features become. A network with another head has that in its place.
  package func classifying(_ features: FeatureMap, _ draw: (FeatureMap) -> FeatureMap) -> FeatureMap {
    guard !builder.hasFailed else { return features }
    return builder.foreignHead?.draw(on: features, self) ?? builder.drawHead(features, draw)
  }

  /// Ends the drawing of a network that has several results.
  package func results(_ results: [(name: String, map: FeatureMap)]) -> FeatureMap {
    builder.finish(with: results)
    return results[0].map
  }

  /// Convolution of each channel by itself.
  @inline(never)
  package func depthwiseConvolution(
    _ x: FeatureMap, kernel: any PerAxis, stride: any PerAxis = 1, padding: any Padding = 0,
    dilation: any PerAxis = 1, bias: Bool = true
  ) -> FeatureMap {
    convolution(
      x, x.channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: x.channels,
      bias: bias)
  }

  /// Full connection of `[N, F]` to `features` features.
  @inline(never)
  package func linear(_ x: FeatureMap, _ features: Int, bias: Bool = true) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    builder.meet(.linear(features, x.channels), on: x.id)
    let weight = builder.weight("\(path).weight", [features, x.channels], .weight)
    let operands = [x.id, weight] + (bias ? [builder.weight("\(path).bias", [features], .bias)] : [])
    return builder.apply(GeneralMatrixMultiplication(transposesB: true), operands, named: path, to: x)
  }

  /// Batch normalization by running statistics, of `[N, C, H, W]` or `[N, F]`.
  @inline(never)
  package func batchNormalization(_ x: FeatureMap, epsilon: Float = 1e-5) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let scale = builder.weight("\(path).weight", [x.channels], .scale)
    let operands = [
      x.id, scale, builder.weight("\(path).bias", [x.channels], .shift),
      builder.weight("\(path).running_mean", [x.channels], .mean),
      builder.weight("\(path).running_var", [x.channels], .variance),
    ]
    return builder.apply(BatchNormalization(epsilon: epsilon), operands, named: path, to: x)
  }
}
