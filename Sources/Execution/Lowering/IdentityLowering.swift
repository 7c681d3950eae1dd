import CNNGraphs
import CNNOperators

/// Nodes that give a value another name.
enum IdentityLowering: Lowering {
  static let operators: [any Operator.Type] = [Identity.self, Dropout.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) -> Bool {
    let node = builder.graph.nodes[group.main]
    if node.operator is Dropout, node.outputs.count != 1 || node.inputs.count != 1 { return false }
    return builder.alias(group.input, group.output)
  }
}
