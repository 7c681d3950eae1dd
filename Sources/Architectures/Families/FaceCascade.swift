import CNNOperators

/// The three networks of Zhang et al.: "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
/// Networks", 2016, figure 2, under the keys of facenet-pytorch: proposals (P-Net), refinement (R-Net) and output
/// (O-Net).
struct FaceCascade: Architecture {
  enum Kind: Int, Sendable {
    case proposal
    case refinement
    case output
  }

  var kind: Kind
  var classes = 2
  var spelling = Spelling.torchvision

  static let family = "MTCNN"
  static let variants: [Variant] = []

  var inputShape: [Int] {
    let side = [12, 24, 48][kind.rawValue]
    return [3, side, side]
  }

  /// Boxes, landmarks from the third network alone, and whether it is a face; for each place of the first network's map.
  var results: [NetworkResult] {
    let place = kind == .proposal ? [1, 1] : []
    let landmarks = kind == .output ? [NetworkResult("landmarks", extents: [10])] : []
    return [NetworkResult("boxes", extents: [4] + place)] + landmarks
      + [NetworkResult("probabilities", extents: [2] + place)]
  }

  init?(reading keys: WeightTree) {
    guard keys.conv1.isConvolution, keys.prelu1.shape()?.count == 1 else { return nil }
    if keys.conv4_2.exists {
      kind = .proposal
    } else if keys.dense5_2.exists {
      kind = .refinement
    } else if keys.dense6_3.exists {
      kind = .output
    } else {
      return nil
    }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    switch kind {
    case .proposal:
      var x = layer(net, 1, input, 10, kernel: 3).maxPool(kernel: 2, stride: 2, ceilMode: true)
      x = layer(net, 3, layer(net, 2, x, 16, kernel: 3), 32, kernel: 3)
      let faces = net.conv4_1.convolution(x, 2, kernel: 1).softmax(axis: 1)
      return net.results([("boxes", net.conv4_2.convolution(x, 4, kernel: 1)), ("probabilities", faces)])
    case .refinement:
      var x = layer(net, 1, input, 28, kernel: 3).maxPool(kernel: 3, stride: 2, ceilMode: true)
      x = layer(net, 2, x, 48, kernel: 3).maxPool(kernel: 3, stride: 2, ceilMode: true)
      x = features(net.dense4, net.prelu4, layer(net, 3, x, 64, kernel: 2), 128)
      let faces = net.dense5_1.linear(x, 2).softmax(axis: 1)
      return net.results([("boxes", net.dense5_2.linear(x, 4)), ("probabilities", faces)])
    case .output:
      var x = layer(net, 1, input, 32, kernel: 3).maxPool(kernel: 3, stride: 2, ceilMode: true)
      x = layer(net, 2, x, 64, kernel: 3).maxPool(kernel: 3, stride: 2, ceilMode: true)
      x = layer(net, 3, x, 64, kernel: 3).maxPool(kernel: 2, stride: 2, ceilMode: true)
      x = features(net.dense5, net.prelu5, layer(net, 4, x, 128, kernel: 2), 256)
      let faces = net.dense6_1.linear(x, 2).softmax(axis: 1)
      return net.results([
        ("boxes", net.dense6_2.linear(x, 4)), ("landmarks", net.dense6_3.linear(x, 10)), ("probabilities", faces),
      ])
    }
  }

  private func layer(_ net: ModulePath, _ number: Int, _ x: FeatureMap, _ channels: Int, kernel: Int) -> FeatureMap {
    net["prelu\(number)"].rectified(net["conv\(number)"].convolution(x, channels, kernel: kernel))
  }

  /// The networks come from Caffe with its order of axes: columns before rows before channels.
  private func features(_ dense: ModulePath, _ slopes: ModulePath, _ x: FeatureMap, _ count: Int) -> FeatureMap {
    slopes.rectified(dense.linear(x.transposed([0, 3, 2, 1]).flattened(), count))
  }
}

extension ModulePath {
  /// `x` if it is positive, else a fraction of it, which each channel has its own of (He et al. 2015).
  @inline(never)
  package func rectified(_ x: FeatureMap) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let extents = [x.channels] + x.shape.dropFirst(2).map { _ in 1 }
    let slopes = value("weight", [x.channels], .scale, on: x)
    let shaped = extents.count > 1 ? slopes.reshaped(extents) : slopes
    return builder.apply(PRelu(), [x.id, shaped.id], named: path, to: x)
  }
}
