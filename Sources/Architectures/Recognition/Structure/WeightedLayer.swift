import CNNGraphs
import CNNOperators
import CNNTensors

/// A layer with weights as it stands in a graph: a convolution or linear layer with the bias and the batch normalization
/// right behind it, a batch normalization elsewhere, or another operation with constants.
struct WeightedLayer: Sendable {
  /// What kind of layer it is.
  enum Kind: String, Sendable {
    /// The graph's inputs, which stand before the first layer.
    case input
    case convolution
    case linear = "linear layer"
    case normalization = "batch normalization"
    /// Any other operator that computes with constants.
    case operation
  }

  /// What is equal in equal layers.
  struct Form: Hashable, Sendable {
    var kind: Kind
    /// `[M, C / groups, K…]` of a convolution, `[M, C]` of a linear layer, `[C]` of a normalization.
    var weights: [Int] = []
    var groups = 1
    var strides: [Int] = []
    var dilations: [Int] = []
    /// The operator's name, if it has no kind of its own, and its constants.
    var operation = ""
    var operands: [Operand] = []

    /// A constant of an operation.
    struct Operand: Hashable, Sendable {
      /// Where it is read; `nil` if that does not matter.
      let index: Int?
      let shape: [Int]
    }
  }

  /// The constants of a batch normalization.
  struct Normalization: Sendable {
    let scale: ValueID
    let shift: ValueID
    let mean: ValueID
    let variance: ValueID
    let channels: Int
    let epsilon: Float
  }

  var form: Form
  /// The first node of the layer; `nil` for the input.
  var node: Int?
  /// Padding at the beginning and end of each axis; `nil` if it depends on the input's extents.
  var padding: [Int]?
  var weight: ValueID?
  /// True if a linear layer's weights are stored `[C, M]`.
  var isTransposed = false
  var bias: ValueID?
  var normalization: Normalization?
  /// The constants of an operation, and what it adds to a variance.
  var operands: [ValueID] = []
  var epsilon: Float?

  init(_ kind: Kind) { form = Form(kind: kind) }

  /// The number of channels or features that come out.
  var channels: Int { form.weights.first ?? 0 }
}

extension WeightedLayer {
  /// The layer that starts with a node; `nil` if the node has no weights or is used otherwise than networks use it.
  init?(_ node: Node, at index: Int, in wiring: GraphWiring) {
    guard wiring.argument(0, of: node) != nil, node.outputs.first.flatMap(\.self) != nil else { return nil }
    switch node.operator {
    case let convolution as Convolution: self.init(convolution, node, wiring)
    case let product as GeneralMatrixMultiplication: self.init(product, node, wiring)
    case is MatrixMultiplication: self.init(product: node, wiring)
    case let normalization as BatchNormalization:
      guard let normalization = Normalization(normalization, node, wiring) else { return nil }
      self.init(.normalization)
      self.normalization = normalization
      form.weights = [normalization.channels]
    default: return nil
    }
    self.node = index
    guard node.inputs.count < 3 || node.inputs[2] == nil || form.kind == .normalization || bias != nil else {
      return nil
    }
  }

  private init?(_ convolution: Convolution, _ node: Node, _ wiring: GraphWiring) {
    guard let weights = wiring.constant(1, of: node), 3...5 ~= weights.shape.count else { return nil }
    self.init(.convolution)
    let (window, axes) = (convolution.window, weights.shape.count - 2)
    form.weights = weights.shape
    form.groups = convolution.groups
    form.strides = window.strides ?? Array(repeating: 1, count: axes)
    form.dilations = window.dilations ?? Array(repeating: 1, count: axes)
    guard form.strides.count == axes, form.dilations.count == axes else { return nil }
    padding = window.padding(kernel: Array(weights.shape[2...]), form.strides, form.dilations)
    weight = weights.id
    if let bias = wiring.constant(2, of: node), bias.shape == [channels] { self.bias = bias.id }
  }

  private init?(_ product: GeneralMatrixMultiplication, _ node: Node, _ wiring: GraphWiring) {
    guard product.alpha == 1, !product.transposesA, let weights = wiring.constant(1, of: node),
      weights.shape.count == 2
    else { return nil }
    self.init(weights, isTransposed: !product.transposesB, wiring)
    guard let bias = wiring.constant(2, of: node) else { return }
    if product.beta == 1, bias.shape.last == channels, bias.shape.dropLast().allSatisfy({ $0 == 1 }) {
      self.bias = bias.id
    }
  }

  private init?(product node: Node, _ wiring: GraphWiring) {
    guard let weights = wiring.constant(1, of: node), weights.shape.count == 2 else { return nil }
    self.init(weights, isTransposed: true, wiring)
  }

  private init(_ weights: (id: ValueID, shape: [Int]), isTransposed: Bool, _ wiring: GraphWiring) {
    self.init(.linear)
    form.weights = isTransposed ? weights.shape.reversed() : weights.shape
    let stored = wiring.stored(weights.id)
    weight = stored ?? weights.id
    self.isTransposed = isTransposed != (stored != nil)
  }

  /// Takes in what follows right behind the layer, as long as nothing else reads what lies between.
  /// - Returns: the layer's result, and the nodes taken in.
  mutating func absorb(behind output: ValueID, in wiring: GraphWiring) -> (result: ValueID, nodes: [Int]) {
    var (result, nodes) = (output, [Int]())
    while normalization == nil, let index = wiring.onlyReader(of: result) {
      let node = wiring.graph.nodes[index]
      guard let output = node.outputs.first, let output else { break }
      if let add = node.operator as? Add, bias == nil, let constant = summand(add, node, wiring) {
        bias = constant
      } else if let operation = node.operator as? BatchNormalization, wiring.argument(0, of: node) == result,
        let normalization = Normalization(operation, node, wiring), normalization.channels == channels
      {
        self.normalization = normalization
      } else {
        break
      }
      (result, nodes) = (output, nodes + [index])
    }
    return (result, nodes)
  }

  /// The constant that is added to the layer's result, if it is one number for each channel.
  private func summand(_ add: Add, _ node: Node, _ wiring: GraphWiring) -> ValueID? {
    guard let constant = wiring.constant(1, of: node) ?? wiring.constant(0, of: node) else { return nil }
    let trailing = add.legacyAxis == 1 ? 0 : max(form.weights.count - 2, 0)
    let shape = constant.shape.drop { $0 == 1 }
    let expected = ([channels] + Array(repeating: 1, count: trailing)).drop { $0 == 1 }
    return Array(shape) == Array(expected) && constant.shape.count <= trailing + 2 ? constant.id : nil
  }
}

extension WeightedLayer.Normalization {
  /// A batch normalization by stored statistics.
  fileprivate init?(_ operation: BatchNormalization, _ node: Node, _ wiring: GraphWiring) {
    let constants = (1...4).compactMap { wiring.constant($0, of: node) }
    guard !operation.isTraining, operation.isSpatial, constants.count == 4, let shape = constants.first?.shape,
      shape.count == 1, constants.allSatisfy({ $0.shape == shape })
    else { return nil }
    (scale, shift, mean, variance) = (constants[0].id, constants[1].id, constants[2].id, constants[3].id)
    (channels, epsilon) = (shape[0], operation.epsilon)
  }
}

extension SpatialWindow {
  /// The padding, if it is the same for all inputs.
  fileprivate func padding(kernel: [Int], _ strides: [Int], _ dilations: [Int]) -> [Int]? {
    let none = Array(repeating: 0, count: 2 * kernel.count)
    switch autoPad {
    case .explicit: return pads ?? none
    case .valid: return none
    case .sameUpper, .sameLower:
      let reach = zip(kernel, dilations).map { ($0 - 1).multipliedReportingOverflow(by: $1) }
      guard strides.allSatisfy({ $0 == 1 }), reach.allSatisfy({ !$0.overflow && $0.partialValue % 2 == 0 }) else {
        return nil
      }
      return reach.map { $0.partialValue / 2 } + reach.map { $0.partialValue / 2 }
    }
  }
}
