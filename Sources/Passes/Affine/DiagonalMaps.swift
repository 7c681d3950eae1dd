import CNNGraphs
import CNNOperators
import CNNTensors

/// Writes a region that scales and shifts channels, and does nothing else, with as few nodes as it takes.
struct DiagonalMaps {
  private let view: GraphView

  init(_ view: GraphView) { self.view = view }

  /// The patch for a region; `nil` if it would save no node.
  func patch(for region: AffineRegion, endingIn output: ValueID) -> Patch? {
    let nodes = region.nodes.sorted()
    let kernel = AffineKernel(region.map)
    guard let rows = try? (0..<region.map.outputs).map({ try kernel.row($0) }) else { return nil }
    let (scale, shift) = (rows.map { $0.weights[0] }, rows.map(\.shift))
    let type = view.elementType(output) ?? .float32
    let isScaled = scale.contains { $0 != 1 }
    let isShifted = shift.contains { $0 != 0 }
    if let index = nodes.last(where: { view.graph.nodes[$0].operator is BatchNormalization }) {
      return normalization(like: index, region, scale, shift, type, output)
    }
    guard let name = nodes.last.map({ view.graph.nodes[$0].name }) else { return nil }
    if !isScaled && !isShifted {
      var patch = Patch(removing: region.nodes)
      patch.redirected = [(output, .value(region.source))]
      return patch
    }
    guard nodes.count > (isScaled && isShifted ? 2 : 1) else { return nil }
    var patch = Patch(removing: region.nodes)
    let rank = region.map.axes.count
    patch.constants = { try [scale, shift].map { try Self.tensor($0, rank: rank).rounded(to: type) } }
    var current = Patch.Operand.value(region.source)
    if isScaled {
      let result: Patch.Output =
        isShifted
        ? .new(hint: "\(view.graph[output].name).scaled", view.graph[output].type) : .value(output)
      patch.added.append(
        Patch.NewNode(
          isShifted ? "\(name).scale" : name, Multiply(), inputs: [current, .constant(0, hint: "\(name).scale")],
          outputs: [result]))
      current = .made(0)
    }
    if isShifted {
      patch.added.append(
        Patch.NewNode(
          name, Add(), inputs: [current, .constant(1, hint: "\(name).shift")], outputs: [.value(output)]))
    }
    return patch
  }

  /// A number for each channel, or one if all are the same, to be broadcast over `rank` spatial axes.
  private static func tensor(_ values: [Double], rank: Int) throws -> Tensor {
    if let first = values.first, values.allSatisfy({ $0 == first }) { return try Tensor([first], shape: []) }
    return try Tensor(values, shape: [values.count] + Array(repeating: 1, count: rank))
  }

  /// One normalization in the place of several nodes. Its mean is 0, and its variance makes the root 1 but for rounding,
  /// which the scale takes back.
  private func normalization(
    like index: Int, _ region: AffineRegion, _ scale: [Double], _ shift: [Double], _ type: ElementType,
    _ output: ValueID
  ) -> Patch? {
    let node = view.graph.nodes[index]
    guard let old = node.operator as? BatchNormalization else { return nil }
    let operands = (1...4).map { Patch.Operand.constant($0 - 1, hint: "\(node.name).\($0)", keeping: node.inputs[$0]) }
    var new = Patch.NewNode(
      node.name, BatchNormalization(epsilon: old.epsilon, momentum: old.momentum),
      inputs: [.value(region.source)] + operands, outputs: [.value(output)])
    new.annotations = node.annotations
    return Patch(removing: region.nodes, adding: new) {
      let variance = Double(1 - old.epsilon)
      let root = (variance + Double(old.epsilon)).squareRoot()
      let count = scale.count
      let columns = [
        scale.map { $0 * root }, shift, [Double](repeating: 0, count: count),
        [Double](repeating: variance, count: count),
      ]
      return try columns.map { try Tensor($0, shape: [count]).rounded(to: type) }
    }
  }
}
