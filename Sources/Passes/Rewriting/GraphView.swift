import CNNGraphs
import CNNTensors

/// A graph with its edges known both ways, for rules to look at.
package struct GraphView {
  /// The graph.
  package let graph: Graph
  /// The version of ONNX's operators that the graph must be expressed in.
  package let operatorSet: Int
  private let edges: GraphIndex

  package init(_ graph: Graph, operatorSet: Int = .max) {
    (self.graph, self.operatorSet) = (graph, operatorSet)
    edges = GraphIndex(graph)
  }

  /// The index of the node that makes a value.
  package func producer(_ id: ValueID?) -> Int? { id.flatMap { edges.producer(of: $0) } }

  /// The node that makes a value, if it is of one kind, with its index.
  package func producer<O: Operator>(_ id: ValueID?, as _: O.Type) -> (index: Int, node: Node, operation: O)? {
    guard let index = producer(id), let operation = graph.nodes[index].operator as? O else { return nil }
    return (index, graph.nodes[index], operation)
  }

  /// The indices of the nodes that read a value, each once, in order.
  package func users(_ id: ValueID) -> ArraySlice<Int> { edges.readers(of: id) }

  /// The one node that reads a value that is no result of the graph; `nil` if there is none or more.
  package func soleUser(_ id: ValueID?) -> Int? { id.flatMap { edges.onlyReader(of: $0) } }

  /// A stored constant that no caller can replace; `nil` for everything else.
  package func constant(_ id: ValueID?) -> Tensor? {
    guard let id, !edges.isInput(id) else { return nil }
    return graph[id].constant
  }

  /// The constant at one of a node's inputs.
  package func constant(_ node: Node, _ index: Int) -> Tensor? {
    index < node.inputs.count ? constant(node.inputs[index]) : nil
  }

  /// The only number of a constant.
  package func scalar(_ id: ValueID?) -> Double? {
    guard let tensor = constant(id), tensor.count == 1 else { return nil }
    return try? tensor.values(as: Double.self).first
  }

  /// The integers of a small constant.
  package func integers(_ node: Node, _ index: Int) -> [Int]? {
    guard let tensor = constant(node, index), tensor.elementType.isInteger, tensor.count <= 4096 else { return nil }
    return try? tensor.values(as: Int64.self).map(Int.init)
  }

  /// True if a value is a result of the graph.
  package func isOutput(_ id: ValueID) -> Bool { edges.isOutput(id) }

  /// True if a value is given by the caller.
  package func isInput(_ id: ValueID) -> Bool { edges.isInput(id) }

  /// The extents of a value, as far as they are known.
  package func shape(_ id: ValueID?) -> [Dimension]? { id.flatMap { graph[$0].type.tensor?.shape } }

  /// The element type of a value.
  package func elementType(_ id: ValueID?) -> ElementType? { id.flatMap { graph[$0].type.tensor?.elementType } }

  /// The number of channels of `[N, C, …]`.
  package func channels(_ id: ValueID?) -> Int? { shape(id).flatMap { $0.count > 1 ? $0[1].value : nil } }
}

extension Node {
  /// An input that may be left out.
  package func input(_ index: Int) -> ValueID? { index < inputs.count ? inputs[index] : nil }
}
