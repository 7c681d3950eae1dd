import CNNGraphs
import CNNTensors

/// Computes once what several nodes compute alike.
package struct MergeCommonSubexpressions: Pass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "merge-common-subexpressions",
      law: "Nodes of one operator with the same attributes and inputs have the same results: one of them is enough.",
      guards: [
        "the operator is random, has a body or comes from a foreign domain",
        "constants of more than 4096 bytes are the same only where they are the same bytes of the file",
        "both results are results of the graph",
      ],
      source: "value numbering: Aho, Lam, Sethi, Ullman, Compilers, section 6.1.2")
  }

  private struct Key: Hashable {
    let operation: OperatorIdentity
    let inputs: [Input]
    let wanted: [Bool]
  }

  private enum Input: Hashable {
    case none
    case value(ValueID)
    case constant(TensorIdentity)
  }

  package func patches(in view: GraphView, refusals: inout RefusalLog) -> [Patch] {
    var first: [Key: Int] = [:]
    var constants: [ValueID: TensorIdentity] = [:]
    var patches: [Patch] = []
    for (index, node) in view.graph.nodes.enumerated() {
      guard node.operator.isDeterministic, let operation = OperatorIdentity(node.operator) else { continue }
      let inputs = node.inputs.map { id -> Input in
        guard let id else { return .none }
        guard let tensor = view.constant(id) else { return .value(id) }
        guard let identity = constants[id] ?? TensorIdentity(tensor) else { return .value(id) }
        constants[id] = identity
        return .constant(identity)
      }
      let key = Key(operation: operation, inputs: inputs, wanted: node.outputs.map { $0 != nil })
      guard let original = first[key] else {
        first[key] = index
        continue
      }
      let pairs = zip(node.outputs, view.graph.nodes[original].outputs).compactMap { pair in
        pair.0.flatMap { mine in pair.1.map { (mine, $0) } }
      }
      guard !pairs.contains(where: { view.isOutput($0) && view.isOutput($1) }) else { continue }
      var patch = Patch(removing: [index])
      patch.redirected = pairs.map { ($0, .value($1)) }
      patches.append(patch)
    }
    return patches
  }
}
