import CNNGraphs
import CNNOperators
import CNNTensors

/// A linear map with stored weights that can take a scale by channel into them, from behind it or from before it.
struct ScaleTarget {
  /// The node with other constants.
  struct Rewritten {
    var operation: any Operator
    /// Inputs behind the first: the node's own input, and what makes it.
    var constants: () throws -> [Tensor]
    /// True if there is a bias beside the weights.
    var hasBias: Bool
  }

  private let view: GraphView
  private let node: Node
  private let grid: WeightGrid
  private let bias: [Double]?
  private let kind: Kind

  private enum Kind {
    case convolution(groups: Int, isPadded: Bool)
    case transposed(groups: Int, isPointwise: Bool)
    case product(GeneralMatrixMultiplication)
  }

  /// Reads a node; `nil` if it is no linear map.
  /// - Throws: ``Refusal`` if its weights are not its own.
  init?(_ index: Int, in view: GraphView) throws {
    let node = view.graph.nodes[index]
    (self.view, self.node) = (view, node)
    switch node.operator {
    case let convolution as Convolution:
      let isPadded =
        convolution.window.autoPad == .explicit
        ? convolution.window.pads?.contains { $0 != 0 } ?? false : convolution.window.autoPad != .valid
      kind = .convolution(groups: convolution.groups, isPadded: isPadded)
    case let convolution as TransposedConvolution:
      let window = convolution.window
      let isPointwise =
        window.autoPad == .explicit && convolution.outputShape == nil
        && [window.strides, window.dilations].allSatisfy { $0?.allSatisfy { $0 == 1 } ?? true }
        && [window.pads, convolution.outputPadding].allSatisfy { $0?.allSatisfy { $0 == 0 } ?? true }
        && view.constant(node, 1)?.shape.dropFirst(2).allSatisfy { $0 == 1 } ?? false
      kind = .transposed(groups: convolution.groups, isPointwise: isPointwise)
    case let product as GeneralMatrixMultiplication: kind = .product(product)
    case is MatrixMultiplication where view.shape(node.inputs[0])?.count == 2:
      kind = .product(GeneralMatrixMultiplication())
    default: return nil
    }
    guard let weights = view.constant(node, 1) else {
      throw Self.notConstant(node, 1, view)
    }
    guard let grid = WeightGrid(weights) else { return nil }
    self.grid = grid
    for id in node.inputs.dropFirst().prefix(1).compactMap(\.self) where view.users(id) != [index] {
      throw Refusal.inUse(.constant(view.graph[id].name, node: nil))
    }
    guard node.inputs.count > 2, node.inputs[2] != nil else {
      bias = nil
      return
    }
    guard let tensor = view.constant(node, 2) else {
      throw Self.notConstant(node, 2, view)
    }
    var values = try tensor.values(as: Double.self)
    if case .product(let product) = kind {
      guard tensor.rank <= 1 || tensor.shape.dropLast().allSatisfy({ $0 == 1 }) else { return nil }
      let count = product.transposesB ? grid.rows : grid.columns
      values = values.map { $0 * Double(product.beta) }
      if values.count == 1 { values = Array(repeating: values[0], count: count) }
    }
    bias = values
  }

  private static func notConstant(_ node: Node, _ index: Int, _ view: GraphView) -> Refusal {
    let id = node.input(index)
    return .notConstant(id.map { view.graph[$0].name } ?? "", isInput: id.map(view.isInput) ?? false)
  }

  /// Channels that come out.
  var outputs: Int {
    switch kind {
    case .convolution: grid.rows
    case .transposed(let groups, _): grid.columns * groups
    case .product(let product): product.transposesB ? grid.rows : grid.columns
    }
  }

  /// Channels that go in.
  var inputs: Int {
    switch kind {
    case .convolution(let groups, _): grid.columns * groups
    case .transposed: grid.rows
    case .product(let product): product.transposesB ? grid.columns : grid.rows
    }
  }

  /// The output channel that a weight belongs to.
  private func output(_ row: Int, _ column: Int) -> Int {
    switch kind {
    case .convolution: row
    case .transposed(let groups, _): row / (grid.rows / groups) * grid.columns + column
    case .product(let product): product.transposesB ? row : column
    }
  }

  /// The input channel that a weight belongs to.
  private func input(_ row: Int, _ column: Int) -> Int {
    switch kind {
    case .convolution(let groups, _): row / (grid.rows / groups) * grid.columns + column
    case .transposed: row
    case .product(let product): product.transposesB ? column : row
    }
  }

  /// `s · (W x + b) + t = (s W) x + (s b + t)`: each output channel's weights by its own factor.
  func followed(byScale scale: [Double], shift: [Double]) throws(Refusal) -> Rewritten {
    guard scale.count == outputs else { throw .fit(.factors(scale.count, channels: outputs)) }
    let summand = (0..<outputs).map { (bias?[$0] ?? 0) * scale[$0] + shift[$0] }
    return rewritten(
      hasBias: bias != nil || summand.contains { $0 != 0 }, { grid in try grid.scaled { scale[output($0, $1)] } },
      { _ in summand })
  }

  /// `W (s x + t) + b = (W s) x + (W t + b)`: each input channel's weights by its own factor.
  ///
  /// Proof obligation, the border: a padded window reads zeros where `t` would stand outside, and a transposed
  /// convolution adds up a different number of contributions there; so `t` must be zero.
  func preceded(byScale scale: [Double], shift: [Double]) throws(Refusal) -> Rewritten {
    guard scale.count == inputs else { throw .fit(.factors(scale.count, channels: inputs)) }
    let isShifted = shift.contains { $0 != 0 }
    if isShifted {
      switch kind {
      case .convolution(_, true):
        throw .border(.shiftBefore(node: view.graph.describe(node)))
      case .transposed(_, false):
        throw .border(.unevenShift(node: view.graph.describe(node)))
      default: break
      }
    }
    if case .product(let product) = kind, product.transposesA {
      throw .fit(.transposed(node: view.graph.describe(node)))
    }
    let factor = if case .product(let product) = kind { Double(product.alpha) } else { 1.0 }
    return rewritten(
      hasBias: bias != nil || isShifted, { grid in try grid.scaled { scale[input($0, $1)] } },
      { grid in
        let sums =
          isShifted
          ? try grid.gathered(count: outputs, { factor * shift[input($0, $1)] }, at: output)
          : [Double](repeating: 0, count: outputs)
        return zip(sums, bias ?? sums.map { _ in 0 }).map { $0 + $1 }
      })
  }

  private func rewritten(
    hasBias: Bool, _ weights: @escaping (WeightGrid) throws -> Tensor,
    _ summand: @escaping (WeightGrid) throws -> [Double]
  ) -> Rewritten {
    var operation = node.operator
    if case .product(var product) = kind {
      // The factor of the bias is part of the new bias.
      product.beta = 1
      if hasBias || operation is GeneralMatrixMultiplication { operation = product }
    }
    let grid = grid
    return Rewritten(
      operation: operation,
      constants: {
        let scaled = try weights(grid)
        guard hasBias else { return [scaled] }
        let values = try summand(grid)
        return [scaled, try Tensor(values, shape: [values.count]).rounded(to: scaled.elementType)]
      }, hasBias: hasBias)
  }
}
