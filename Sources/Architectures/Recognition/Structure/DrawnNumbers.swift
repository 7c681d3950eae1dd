import CNNGraphs
import CNNTensors

/// Constants that a drawing itself knows, such as the mask of shifted windows: in a graph, they are no weights.
struct DrawnNumbers: Sendable {
  /// What computes with them, and their extents.
  private struct Place: Hashable, Sendable {
    let operation: String
    let shape: [Int]
  }

  private var tensors: [Place: [Tensor]] = [:]

  /// Notes a constant of a node.
  mutating func insert(_ operand: WeightedLayer.Operand, of node: Node, in wiring: GraphWiring) {
    guard let tensor = wiring.graph[operand.id].constant, !contains(operand, of: node, in: wiring) else { return }
    tensors[place(operand, node), default: []].append(tensor)
  }

  /// True if a node of the same operator has these numbers in the drawing.
  func contains(_ operand: WeightedLayer.Operand, of node: Node, in wiring: GraphWiring) -> Bool {
    guard let known = tensors[place(operand, node)], let tensor = try? wiring.tensor(of: operand.id) else {
      return false
    }
    return known.contains { $0.agrees(with: tensor) }
  }

  private func place(_ operand: WeightedLayer.Operand, _ node: Node) -> Place {
    Place(operation: node.operator.signature.name, shape: operand.shape)
  }
}

extension Tensor {
  /// True if the elements are equal but for rounding.
  func agrees(with other: Tensor) -> Bool {
    guard count == other.count, let mine = try? values(as: Double.self), let others = try? other.values(as: Double.self)
    else { return false }
    return zip(mine, others).allSatisfy { one, other in
      one == other || one.isNaN && other.isNaN || abs(one - other) <= 1e-5 * max(abs(one), 1e-3)
    }
  }
}
