extension Graph {
  /// Multiplications followed by an addition that one run takes, those of bodies not counted; `nil` if an extent is not
  /// known, or if the sum is too large for an `Int`.
  package var multiplyAccumulates: Int? {
    var total = 0
    for node in nodes {
      guard let count = multiplyAccumulates(of: node) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }

  /// Multiplications followed by an addition that one node takes; `nil` if an extent is not known.
  package func multiplyAccumulates(of node: Node) -> Int? {
    let (inputs, outputs) = (
      node.inputs.map { $0.map { self[$0].type } }, node.outputs.map { $0.map { self[$0].type } }
    )
    return node.operator.multiplyAccumulates(inputs: inputs, outputs: outputs)
  }
}
