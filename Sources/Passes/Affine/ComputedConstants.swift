import CNNGraphs
import CNNOperators
import CNNTensors

/// Values that follow from stored constants alone, worked out to be looked at, not to be stored: folding them for good
/// would make the file larger.
struct ComputedConstants {
  private let view: GraphView
  private let mostBytes: Int
  private static let mostNodes = 256

  init(_ view: GraphView, mostBytes: Int) { (self.view, self.mostBytes) = (view, mostBytes) }

  /// The value; `nil` if something else takes part, or if it would take too much.
  func tensor(_ id: ValueID) -> Tensor? {
    if let constant = view.constant(id) { return constant }
    guard let nodes = nodes(behind: id) else { return nil }
    var live: [ValueID: RuntimeValue] = [:]
    for index in nodes.sorted() {
      let node = view.graph.nodes[index]
      let inputs = node.inputs.map { id in id.flatMap { id in live[id] ?? view.constant(id).map { .tensor($0) } } }
      let context = EvaluationContext(inputs: inputs, outputCount: node.outputs.count)
      guard let made = try? node.operator.evaluateCharged(context) else { return nil }
      for (output, value) in zip(node.outputs, made) { if let output { live[output] = value } }
    }
    return live[id]?.tensor
  }

  /// The indices of the nodes that make a value of constants; `nil` if there are none.
  private func nodes(behind id: ValueID) -> Set<Int>? {
    var nodes: Set<Int> = []
    var waiting = [id]
    while let id = waiting.popLast() {
      if view.constant(id) != nil { continue }
      guard let index = view.producer(id), let shape = view.graph[id].type.tensor?.fixedShape,
        let type = view.elementType(id), let count = try? Tensor.elementCount(of: shape, type),
        let bytes = type.byteCount(of: count), bytes <= mostBytes
      else { return nil }
      let node = view.graph.nodes[index]
      // Quantized constants stay what they are.
      guard node.operator.isDeterministic, node.operator.bodies.isEmpty, !(node.operator is ForeignOperator),
        !(node.operator is DequantizeLinear)
      else { return nil }
      guard nodes.insert(index).inserted else { continue }
      guard nodes.count <= Self.mostNodes else { return nil }
      waiting += node.inputs.compactMap(\.self)
    }
    return nodes
  }
}
