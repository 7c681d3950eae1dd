/// The head of DeepLabV3 (Chen et al.: "Rethinking Atrous Convolution for Semantic Image Segmentation", 2017, figure 5).
struct DilatedPyramid {
  var width: Int

  /// Draws the head, from the backbone's last map to the classes of each place.
  func build(_ head: ModulePath, _ features: FeatureMap, _ classes: Int) -> FeatureMap {
    let x = normalized((head[1], head[2]), pyramid(head[0], features), kernel: 3)
    return head[4].convolution(x, classes, kernel: 1)
  }

  /// Convolutions of several dilations, and the mean of the map, side by side (section 3.3).
  private func pyramid(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    var parts = [normalized((net.convs[0][0], net.convs[0][1]), x)]
    for (index, dilation) in [12, 24, 36].enumerated() {
      let layer = net.convs[index + 1]
      parts.append(normalized((layer[0], layer[1]), x, kernel: 3, dilation: dilation))
    }
    let mean = normalized((net.convs[4][1], net.convs[4][2]), x.globalAveragePool())
    parts.append(mean.resized(to: x.shape.suffix(2).map { $0.value ?? 1 }))
    return normalized((net.project[0], net.project[1]), .concatenated(parts))
  }

  func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, kernel: Int = 1, dilation: Int = 1
  ) -> FeatureMap {
    let convolved = layer.convolution.convolution(
      x, width, kernel: kernel, padding: kernel / 2 * dilation, dilation: dilation, bias: false)
    return layer.normalization.batchNormalization(convolved).relu()
  }
}
