import CNNGraphs
import CNNOperators

/// YOLOv8 of Jocher et al. 2023 (Ultralytics), and YOLOv5 in its second form with the same head: what the network gives
/// before boxes are chosen, `[N, 4 + classes, places]`, boxes by centre and size in pixels.
struct YOLO: Architecture {
  /// A block of several bottlenecks.
  struct Block: Equatable, Sendable {
    var channels: Int
    /// Channels inside of a bottleneck.
    var inside: Int
    var depth: Int
  }

  /// Channels of the layers that stride, by number of the module.
  var strided: [Int: Int]
  var blocks: [Int: Block]
  var pyramid: Int
  /// Channels inside of the head, for boxes and for classes.
  var head: [Int]
  /// Steps of the distribution over each distance.
  var steps: Int
  /// True for version 5, whose blocks have three convolutions.
  var isFifth: Bool
  var classes = 80
  var spelling = Spelling.torchvision

  static let family = "YOLO"
  static let variants: [Variant] = []

  var inputShape: [Int] { [3, 640, 640] }

  /// A box and the classes of each place of three levels.
  var results: [NetworkResult] {
    let places = [80, 40, 20].reduce(0) { $0 + $1 * $1 }
    return [NetworkResult(extents: [4 + classes, places])]
  }
  var assumptions: [Remark] {
    [
      "the first convolution of spatial pyramid pooling is activated, as in the published weights; newer releases leave that out"
    ]
  }

  init?(reading keys: WeightTree) {
    let net = keys.model
    guard net[0].conv.isConvolution, net[9].cv2.conv.exists else { return nil }
    isFifth = net[2].cv3.exists
    let last = isFifth ? 24 : 22
    let layers = isFifth ? [0, 1, 3, 5, 7, 10, 14, 18, 21] : [0, 1, 3, 5, 7, 16, 19]
    let mixing = isFifth ? [2, 4, 6, 8, 13, 17, 20, 23] : [2, 4, 6, 8, 12, 15, 18, 21]
    strided = [:]
    blocks = [:]
    for number in layers {
      guard let width = net[number].conv.outputs else { return nil }
      strided[number] = width
    }
    for number in mixing {
      let block = net[number]
      guard let channels = (isFifth ? block.cv3 : block.cv2).conv.outputs, let width = block.m[0].cv2.conv.outputs
      else {
        return nil
      }
      blocks[number] = Block(channels: channels, inside: width, depth: block.m.count)
    }
    let head = net[last]
    guard let pyramid = net[9].cv2.conv.outputs, let steps = head.dfl.conv.inputs,
      let boxes = head.cv2[0][0].conv.outputs, let kinds = head.cv3[0][0].conv.outputs,
      let classes = head.cv3[0][2].outputs
    else { return nil }
    (self.pyramid, self.steps, self.head, self.classes) = (pyramid, steps, [boxes, kinds], classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let net = net.model
    func strides(_ number: Int, _ x: FeatureMap) -> FeatureMap {
      let isFirst = isFifth && number == 0
      return layer(net[number], x, strided[number] ?? 1, kernel: isFirst ? 6 : 3, stride: 2, padding: isFirst ? 2 : 1)
    }
    func mixes(_ number: Int, _ x: FeatureMap, isResidual: Bool = false) -> FeatureMap {
      mixed(net[number], x, blocks[number] ?? Block(channels: 1, inside: 1, depth: 1), isResidual: isResidual)
    }
    func doubled(_ x: FeatureMap) -> FeatureMap {
      x.resized(to: x.shape.suffix(2).map { 2 * ($0.value ?? 1) }, mode: .nearest)
    }
    var x = input
    var levels: [FeatureMap] = []
    for number in 0..<9 {
      x = [0, 1, 3, 5, 7].contains(number) ? strides(number, x) : mixes(number, x, isResidual: true)
      if number == 4 || number == 6 { levels.append(x) }
    }
    x = pooled(net[9], x)
    let results: [FeatureMap]
    if isFifth {
      let first = layer(net[10], x, strided[10] ?? 1)
      let second = layer(net[14], mixes(13, .concatenated([doubled(first), levels[1]])), strided[14] ?? 1)
      let wide = mixes(17, .concatenated([doubled(second), levels[0]]))
      let middle = mixes(20, .concatenated([strides(18, wide), second]))
      results = [wide, middle, mixes(23, .concatenated([strides(21, middle), first]))]
    } else {
      let second = mixes(12, .concatenated([doubled(x), levels[1]]))
      let wide = mixes(15, .concatenated([doubled(second), levels[0]]))
      let middle = mixes(18, .concatenated([strides(16, wide), second]))
      results = [wide, middle, mixes(21, .concatenated([strides(19, middle), x]))]
    }
    return detected(net[isFifth ? 24 : 22], results)
  }

  // MARK: Blocks

  private func layer(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, padding: Int? = nil
  ) -> FeatureMap {
    let convolved = net.conv.convolution(
      x, channels, kernel: kernel, stride: stride, padding: padding ?? kernel / 2, bias: false)
    return net.bn.batchNormalization(convolved, epsilon: 1e-3).silu()
  }

  private func mixed(_ net: ModulePath, _ x: FeatureMap, _ block: Block, isResidual: Bool) -> FeatureMap {
    func bottleneck(_ number: Int, _ x: FeatureMap) -> FeatureMap {
      let inside = net.m[number]
      let first = layer(inside.cv1, x, block.inside, kernel: isFifth ? 1 : 3)
      let y = layer(inside.cv2, first, block.inside, kernel: 3)
      return isResidual ? y + x : y
    }
    if isFifth {
      var y = layer(net.cv1, x, block.inside)
      for number in 0..<block.depth { y = bottleneck(number, y) }
      return layer(net.cv3, .concatenated([y, layer(net.cv2, x, block.inside)]), block.channels)
    }
    let first = layer(net.cv1, x, 2 * block.inside)
    var maps = [first.channels(from: 0, to: block.inside), first.channels(from: block.inside, to: 2 * block.inside)]
    for number in 0..<block.depth { maps.append(bottleneck(number, maps[maps.count - 1])) }
    return layer(net.cv2, .concatenated(maps), block.channels)
  }

  /// Pooling over windows of 5, 9 and 13 (He et al. 2014), by the same one three times.
  private func pooled(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    var maps = [layer(net.cv1, x, x.channels / 2)]
    for _ in 0..<3 { maps.append(maps[maps.count - 1].maxPool(kernel: 5, stride: 1, padding: 2)) }
    return layer(net.cv2, .concatenated(maps), pyramid)
  }

  // MARK: The head

  private func detected(_ net: ModulePath, _ levels: [FeatureMap]) -> FeatureMap {
    func listed(_ part: ModulePath, _ inside: Int, _ count: Int) -> FeatureMap {
      .joined(
        levels.enumerated().map { index, level in
          let x = layer(part[index][1], layer(part[index][0], level, inside, kernel: 3), inside, kernel: 3)
          return part[index][2].convolution(x, count, kernel: 1).reshaped([0, count, -1])
        }, axis: 2)
    }
    let scores = listed(net.cv3, head[1], classes).sigmoid()
    // Each distance is the mean of a distribution (Li et al.: "Generalized Focal Loss", 2020, equation 6).
    let shares = listed(net.cv2, head[0], 4 * steps).reshaped([0, 4, steps, -1]).transposed([0, 2, 1, 3]).softmax(
      axis: 1)
    let distances = net.dfl.conv.convolution(shares, 1, kernel: 1, bias: false).reshaped([0, 4, -1])
    let (near, far) = (distances.sliced(axis: 1, from: 0, to: 2), distances.sliced(axis: 1, from: 2, to: 4))
    let (points, strides) = grid(levels, on: distances)
    let centre = points.added(far.added(near.scaled(by: -1)).scaled(by: 0.5))
    let boxes = FeatureMap.joined([centre, far.added(near)], axis: 1) * strides
    return .joined([boxes, scores], axis: 1)
  }

  /// The centres of all places, `[1, 2, places]`, and the pixels between them.
  private func grid(_ levels: [FeatureMap], on x: FeatureMap) -> (points: FeatureMap, strides: FeatureMap) {
    var (columns, rows, strides): ([Float], [Float], [Float]) = ([], [], [])
    for (index, level) in levels.enumerated() {
      let extents = level.shape.suffix(2).map { min($0.value ?? 1, 1 << 10) }
      for row in 0..<extents[0] {
        for column in 0..<extents[1] {
          columns.append(Float(column) + 0.5)
          rows.append(Float(row) + 0.5)
          strides.append(Float(8 << index))
        }
      }
    }
    func map(_ values: [Float], _ shape: [Int], _ hint: String) -> FeatureMap {
      FeatureMap(builder: x.builder, id: x.builder.numbers(values, shape: shape, hint: hint), origin: x.origin)
    }
    return (
      map(columns + rows, [1, 2, columns.count], "points"), map(strides, [1, 1, strides.count], "strides")
    )
  }
}
