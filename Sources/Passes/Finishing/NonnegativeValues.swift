import CNNGraphs
import CNNOperators

/// Which values have no element below zero.
struct NonnegativeValues {
  private let view: GraphView

  init(_ view: GraphView) { self.view = view }

  /// True if the nodes behind a value, not too many of them, leave nothing below zero. NaN is not below zero.
  func contains(_ id: ValueID, depth: Int = 0) -> Bool {
    guard depth < 4, let index = view.producer(id) else { return false }
    let node = view.graph.nodes[index]
    switch node.operator {
    case is Sigmoid, is HardSigmoid, is Softmax, is Softplus: return true
    case is MaxPooling, is Dropout:
      // Indices and masks are something else.
      return node.outputs[0] == id && isPassedOn(node, depth)
    case is AveragePooling, is GlobalMaxPooling, is GlobalAveragePooling, is Reshape, is Flatten, is Transpose,
      is Identity, is Slicing:
      return isPassedOn(node, depth)
    case is Concatenation, is Add, is Multiply, is Sum:
      return node.inputs.allSatisfy { $0.map { contains($0, depth: depth + 1) } ?? false }
    default: return LimitedRange(at: index, in: view).map { $0.bounds.lowerBound >= 0 } ?? false
    }
  }

  private func isPassedOn(_ node: Node, _ depth: Int) -> Bool {
    node.inputs[0].map { contains($0, depth: depth + 1) } ?? false
  }
}
