/// A block of timm's mobile networks, with everything that the shapes of its weights tell.
struct MobileBlock: Equatable, Sendable {
  enum Kind: Sendable {
    /// Depthwise, then 1x1.
    case separable
    /// 1x1, depthwise, 1x1 (Sandler et al. 2018).
    case inverted
    /// A full convolution that expands, then 1x1.
    case fused
    /// One convolution.
    case plain
    /// Depthwise before, inside or behind of two 1x1 (Qin et al.: "MobileNetV4", 2024, figure 4).
    case universal
  }

  /// A convolution that sees some of the channels.
  struct Part: Equatable, Sendable {
    /// Channels that go in.
    var inputs: Int
    /// Channels that come out.
    var outputs: Int
    var kernel: Int
  }

  var kind: Kind
  /// What expands; empty if nothing does.
  var expansion: [Part] = []
  /// What filters.
  var filter: [Part] = []
  /// What projects.
  var projection: [Part] = []
  /// The kernels of a universal block's depthwise convolutions at its start and end.
  var start: Int?
  var end: Int?
  /// Channels inside of squeeze-and-excitation; `nil` without it.
  var squeezed: Int?

  /// Channels that come out.
  var channels: Int { (projection.isEmpty ? filter : projection).reduce(0) { $0 + $1.outputs } }

  /// Reads a block; `nil` if there is none of these.
  init?(reading keys: WeightTree) {
    func parts(_ module: WeightTree, isDepthwise: Bool = false) -> [Part] {
      let modules = module.outputs == nil ? (0..<module.count).map { module[$0] } : [module]
      return modules.compactMap { module in
        guard let shape = module.shape(), shape.count == 4 else { return nil }
        return Part(inputs: isDepthwise ? shape[0] : shape[1], outputs: shape[0], kernel: shape[2])
      }
    }
    squeezed = keys.se.conv_reduce.outputs
    if keys.pw_exp.exists {
      kind = .universal
      (expansion, projection) = (parts(keys.pw_exp.conv), parts(keys.pw_proj.conv))
      filter = parts(keys.dw_mid.conv, isDepthwise: true)
      (start, end) = (keys.dw_start.conv.kernel, keys.dw_end.conv.kernel)
      guard !expansion.isEmpty else { return nil }
    } else if keys.conv_pwl.exists, keys.conv_dw.exists {
      kind = .inverted
      (expansion, projection) = (parts(keys.conv_pw), parts(keys.conv_pwl))
      filter = parts(keys.conv_dw, isDepthwise: true)
      guard !expansion.isEmpty, !filter.isEmpty else { return nil }
    } else if keys.conv_exp.exists {
      kind = .fused
      (filter, projection) = (parts(keys.conv_exp), parts(keys.conv_pwl))
    } else if keys.conv_dw.exists {
      kind = .separable
      (filter, projection) = (parts(keys.conv_dw, isDepthwise: true), parts(keys.conv_pw))
      guard !filter.isEmpty else { return nil }
    } else {
      kind = .plain
      filter = parts(keys.conv)
    }
    guard channels > 0 else { return nil }
  }

  /// Draws the block.
  /// - Parameter isActivated: whether the result of a separable one is activated; then nothing goes around it.
  func build(
    _ net: ModulePath, _ input: FeatureMap, _ style: MobileStyle, stride: Int, isActivated: Bool = false,
    isResidual: Bool = true
  ) -> FeatureMap {
    let filterStride = kind == .universal && filter.isEmpty ? 1 : stride
    var x = input
    var normal = 0
    func next() -> String {
      normal += 1
      return "bn\(normal)"
    }
    func normalized(_ name: String, _ x: FeatureMap, _ parts: [Part], stride: Int = 1, isDepthwise: Bool = false)
      -> FeatureMap
    {
      let convolution = kind == .universal ? net[name].conv : net[name]
      let normalization = kind == .universal ? net[name].bn : net[next()]
      let y = mixed(convolution, x, parts, style, stride: stride, isDepthwise: isDepthwise)
      return normalization.batchNormalization(y, epsilon: style.epsilon)
    }
    if let start {
      let part = Part(inputs: x.channels, outputs: x.channels, kernel: start)
      x = normalized("dw_start", x, [part], stride: filter.isEmpty ? stride : 1, isDepthwise: true)
    }
    if !expansion.isEmpty {
      x = style.activation(normalized(kind == .universal ? "pw_exp" : "conv_pw", x, expansion))
    }
    if !filter.isEmpty {
      let name =
        switch kind {
        case .universal: "dw_mid"
        case .fused: "conv_exp"
        case .plain: "conv"
        default: "conv_dw"
        }
      let isDepthwise = kind != .fused && kind != .plain
      x = style.activation(normalized(name, x, filter, stride: filterStride, isDepthwise: isDepthwise))
    }
    if let squeezed { x = x * style.gates((net.se.conv_reduce, net.se.conv_expand), x, squeezed) }
    if !projection.isEmpty {
      let name = kind == .universal ? "pw_proj" : kind == .separable ? "conv_pw" : "conv_pwl"
      x = normalized(name, x, projection)
    }
    if let end {
      let part = Part(inputs: x.channels, outputs: x.channels, kernel: end)
      x = normalized("dw_end", x, [part], stride: start == nil && filter.isEmpty ? stride : 1, isDepthwise: true)
    }
    if kind == .separable, isActivated { return style.activation(x) }
    return isResidual && kind != .plain && stride == 1 && input.channels == channels ? x + input : x
  }

  /// Convolutions of different kernels, each over some of the channels (Tan, Le: "MixConv", 2019, section 3.1).
  private func mixed(
    _ net: ModulePath, _ x: FeatureMap, _ parts: [Part], _ style: MobileStyle, stride: Int, isDepthwise: Bool
  ) -> FeatureMap {
    func convolved(_ net: ModulePath, _ x: FeatureMap, _ part: Part) -> FeatureMap {
      let padding: any Padding = style.isTensorFlow && stride > 1 ? SamePadding() : part.kernel / 2
      return net.convolution(
        x, part.outputs, kernel: part.kernel, stride: stride, padding: padding, groups: isDepthwise ? part.inputs : 1,
        bias: false)
    }
    if parts.count == 1 { return convolved(net, x, parts[0]) }
    var start = 0
    return .concatenated(
      parts.enumerated().map { index, part in
        defer { start += part.inputs }
        return convolved(net[index], x.channels(from: start, to: start + part.inputs), part)
      })
  }
}

/// The stem and the stages of timm's mobile networks.
struct MobileTrunk: Equatable, Sendable {
  var stem: Int
  var stages: [[MobileBlock]]

  init?(reading keys: WeightTree) {
    guard let stem = keys.conv_stem.outputs, keys.bn1.isNormalization, keys.blocks[0][0].exists else { return nil }
    self.stem = stem
    stages = (0..<keys.blocks.count).map { stage in
      (0..<keys.blocks[stage].count).compactMap { MobileBlock(reading: keys.blocks[stage][$0]) }
    }
    guard stages.allSatisfy({ !$0.isEmpty }) else { return nil }
  }

  /// Blocks of all stages behind one another.
  var blocks: [MobileBlock] { stages.flatMap(\.self) }

  /// True if the blocks of each stage begin with a filter of these kernels.
  func hasKernels(_ kernels: [Int]) -> Bool {
    stages.map { $0[0].filter.first?.kernel ?? 0 } == kernels
  }

  /// Draws stem and stages.
  /// - Parameters:
  ///   - styles: one for all stages, or one for each.
  ///   - plainStages: how many stages have no shortcuts.
  func build(
    _ net: ModulePath, _ input: FeatureMap, strides: [Int], styles: [MobileStyle], isActivated: Bool = false,
    plainStages: Int = 0
  ) -> FeatureMap {
    let style = styles[0]
    let x = style.activation(style.normalized((net.conv_stem, net.bn1), input, stem, kernel: 3, stride: 2))
    return buildStages(
      net, x, strides: strides, styles: styles, isActivated: isActivated, plainStages: plainStages)
  }

  /// Draws the stages alone.
  func buildStages(
    _ net: ModulePath, _ input: FeatureMap, strides: [Int], styles: [MobileStyle], isActivated: Bool = false,
    plainStages: Int = 0
  ) -> FeatureMap {
    var x = input
    for (index, stage) in stages.enumerated() {
      for (number, block) in stage.enumerated() {
        let stride = number == 0 && index < strides.count ? strides[index] : 1
        x = block.build(
          net.blocks[index][number], x, styles[min(index, styles.count - 1)], stride: stride,
          isActivated: isActivated, isResidual: index >= plainStages)
      }
    }
    return x
  }
}
