import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `GroupNorm`.
enum NcnnGroupNorm: NcnnLayerKind {
  static let types = ["GroupNorm"]
  static let operators: [any Operator.Type] = [GroupNormalization.self]

  static func write(_ node: NcnnNode) throws {
    guard let norm = node.operator as? GroupNormalization else { return }
    try node.requireOneImage()
    guard case .fixed(let channels) = try node.shape(0)[1] else { throw node.refusal("the channels must be known") }
    var weights = try [node.weights(1, "a scale"), node.weights(2, "a bias")]
    if norm.sharesParameters {
      weights = try weights.map { tensor in
        let numbers = try tensor.values(as: Float.self)
        return try Tensor(numbers.flatMap { Array(repeating: $0, count: channels / norm.groups) }, shape: [channels])
      }
    }
    var parameters = NcnnParameters()
    parameters.set(0, norm.groups)
    parameters.set(1, channels)
    parameters.set(2, norm.epsilon)
    parameters.set(3, 1)
    try node.write("GroupNorm", [node.blob(0)], parameters, weights: weights.map(NcnnWeight.plain))
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let (groups, channels) = (try layer.size(0, default: 1), try layer.size(1))
    let isAffine = try layer.int(3, default: 1) != 0
    let scale = isAffine ? try layer.plain([channels]) : try Tensor([Float](repeating: 1, count: channels))
    let bias = isAffine ? try layer.plain([channels]) : try Tensor([Float](repeating: 0, count: channels))
    try layer.write(
      GroupNormalization(groups: groups, epsilon: layer.float(2, default: 1e-3)), layer.input(),
      layer.constant(scale, "weight"), layer.constant(bias, "bias"))
  }
}

/// `InstanceNorm`.
enum NcnnInstanceNorm: NcnnLayerKind {
  static let types = ["InstanceNorm"]
  static let operators: [any Operator.Type] = [InstanceNormalization.self]

  static func write(_ node: NcnnNode) throws {
    guard let norm = node.operator as? InstanceNormalization else { return }
    try node.requireOneImage()
    let weights = try [node.weights(1, "a scale"), node.weights(2, "a bias")]
    // A row of numbers is an image one high; a volume, one with all its rows.
    var dimensions = try node.dimensions(0)
    if dimensions.count == 2 { dimensions.insert(1, at: 1) }
    if dimensions.count == 4 {
      let extents = try node.fixed(dimensions)
      dimensions = [.fixed(extents[0]), .fixed(extents[1] * extents[2]), .fixed(extents[3])]
    }
    guard dimensions.count == 3 else {
      throw node.refusal("an instance normalization of \(dimensions.count) dimensions")
    }
    var parameters = NcnnParameters()
    parameters.set(0, weights[0].count)
    parameters.set(1, norm.epsilon)
    parameters.set(2, 1)
    let made = node.step(
      "InstanceNorm", [try node.blob(0, as: dimensions)], parameters, weights: weights.map(NcnnWeight.plain),
      dimensions: dimensions)
    try node.pass(made)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let channels = try layer.int(0)
    let isAffine = try layer.int(2, default: 1) != 0
    let input = try layer.input()
    let count = try channels > 0 ? channels : layer.dimensions(input).first?.value ?? 0
    guard (1...1 << 24).contains(count) else { throw layer.refusal("the number of channels must be known") }
    let scale = isAffine ? try layer.plain([count]) : try Tensor([Float](repeating: 1, count: count))
    let bias = isAffine ? try layer.plain([count]) : try Tensor([Float](repeating: 0, count: count))
    try layer.write(
      InstanceNormalization(epsilon: layer.float(1, default: 1e-3)), input, layer.constant(scale, "weight"),
      layer.constant(bias, "bias"))
  }
}

/// `LayerNorm`, over the innermost axes.
enum NcnnLayerNorm: NcnnLayerKind {
  static let types = ["LayerNorm"]
  static let operators: [any Operator.Type] = [LayerNormalization.self]

  static func write(_ node: NcnnNode) throws {
    guard let norm = node.operator as? LayerNormalization else { return }
    guard node.node.outputs.dropFirst().allSatisfy({ $0 == nil }) else {
      throw node.refusal("mean or deviation are asked for")
    }
    let shape = try node.shape(0)
    let axis = try norm.axis.axis(ofRank: shape.count)
    let size = try node.fixed(Array(shape[axis...])).product
    let scale = try node.weights(1, "a scale")
    guard scale.count == size else { throw node.refusal("a scale of shape \(scale.shape)") }
    let zeros = try Tensor([Float](repeating: 0, count: size), shape: [size])
    let bias = node.has(2) ? try node.weights(2, "a bias") : zeros
    guard bias.count == size else { throw node.refusal("a bias of shape \(bias.shape)") }
    var parameters = NcnnParameters()
    parameters.set(0, size)
    parameters.set(1, norm.epsilon)
    parameters.set(2, 1)
    let rows = Array(shape[..<axis])
    let isOne = rows.allSatisfy { $0 == 1 }
    let count: Dimension =
      rows.count == 1
      ? rows[0]
      : rows.filter { $0 != 1 }.count == 1
        ? rows.first { $0 != 1 }! : rows.product.map { .fixed($0) } ?? .unknown
    let dimensions: [Dimension] = isOne ? [.fixed(size)] : [count, .fixed(size)]
    let made = node.step(
      "LayerNorm", [try node.blob(0, as: dimensions)], parameters, weights: [.plain(scale), .plain(bias)],
      dimensions: dimensions)
    try node.pass(made)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let size = try layer.size(0)
    let isAffine = try layer.int(2, default: 1) != 0
    let input = try layer.input()
    let dimensions = try layer.dimensions(input)
    // As many of the innermost axes as the size says.
    var shape: [Int] = []
    for extent in dimensions.reversed() where shape.product < size {
      guard let extent = extent.value, extent > 0 else { break }
      shape.insert(extent, at: 0)
    }
    if shape.isEmpty { shape = [size] }
    guard shape.product == size else { throw layer.refusal("a size of \(size) of dimensions \(dimensions)") }
    let scale = isAffine ? try layer.plain(shape) : try Tensor([Float](repeating: 1, count: size), shape: shape)
    let bias = isAffine ? try layer.plain(shape) : try Tensor([Float](repeating: 0, count: size), shape: shape)
    try layer.write(
      LayerNormalization(axis: -shape.count, epsilon: layer.float(1, default: 1e-3)), input,
      layer.constant(scale, "weight"), layer.constant(bias, "bias"))
  }
}

/// `LRN` across channels.
enum NcnnLRN: NcnnLayerKind {
  static let types = ["LRN"]
  static let operators: [any Operator.Type] = [LocalResponseNormalization.self]

  static func write(_ node: NcnnNode) throws {
    guard let norm = node.operator as? LocalResponseNormalization else { return }
    try node.requireOneImage()
    guard norm.size % 2 == 1 else { throw node.refusal("a window over \(norm.size) channels, which has no middle") }
    var parameters = NcnnParameters()
    parameters.set(0, 0)
    parameters.set(1, norm.size)
    parameters.set(2, norm.alpha)
    parameters.set(3, norm.beta)
    parameters.set(4, norm.bias)
    try node.write("LRN", [node.blob(0)], parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    try layer.require(0, 0, "normalization within channels")
    let operation = LocalResponseNormalization(
      size: try layer.size(1, default: 5), alpha: try layer.float(2, default: 1),
      beta: try layer.float(3, default: 0.75),
      bias: try layer.float(4, default: 1))
    try layer.write(operation, layer.input())
  }
}
