import CNNGraphs
import CNNOperators
import CNNTensors

/// Puts the branch that always runs in the place of an `If`.
package struct InlineConditions: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "inline-conditions",
      law: "An If whose condition is a stored constant is the branch that it chooses.",
      guards: ["a node of the branch has a body of its own", "a constant of the branch is sparse"],
      source: "ONNX If 25")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let choice = node.operator as? If, let condition = view.scalar(node.inputs[0]) else { return nil }
    let branch = condition != 0 ? choice.thenBranch : choice.elseBranch
    guard branch.nodes.allSatisfy({ $0.captures.isEmpty && $0.operator.bodies.isEmpty }) else {
      throw Refusal.form(.bodyInBranch)
    }
    var inlined = Inlining(of: branch, into: view)
    for id in branch.captures { try inlined.addCapture(id) }
    for id in branch.valueIDs where branch[id].isConstant { try inlined.addConstant(id) }
    return try inlined.patch(removing: index)
  }
}

/// A branch on its way into the graph around it.
private struct Inlining {
  let branch: Graph
  let view: GraphView
  private var operands: [ValueID: Patch.Operand] = [:]
  private var tensors: [Tensor] = []

  init(of branch: Graph, into view: GraphView) { (self.branch, self.view) = (branch, view) }

  /// A value of the graph around has the same name there.
  mutating func addCapture(_ id: ValueID) throws {
    guard let outer = view.graph.value(named: branch[id].name) else {
      throw Refusal.form(.missing(branch[id].name))
    }
    operands[id] = .value(outer)
  }

  mutating func addConstant(_ id: ValueID) throws {
    guard let tensor = branch[id].constant else { throw Refusal.sparse(branch[id].name) }
    operands[id] = .constant(tensors.count, hint: branch[id].name)
    tensors.append(tensor)
  }

  /// The branch's nodes in the place of the `If`.
  mutating func patch(removing index: Int) throws -> Patch {
    var patch = Patch(removing: [index])
    let outer = view.graph.nodes[index].outputs
    var results: [ValueID: ValueID] = [:]
    for (inner, id) in zip(branch.outputs, outer) { if let id, results[inner] == nil { results[inner] = id } }
    for (number, node) in branch.nodes.enumerated() {
      let inputs = try node.inputs.map { id in try id.map(operand) }
      for (output, id) in node.outputs.enumerated() { if let id { operands[id] = .made(number, output: output) } }
      var made = Patch.NewNode(
        node.name, node.operator, inputs: inputs,
        outputs: node.outputs.map { id in
          id.map { id in results[id].map { .value($0) } ?? .new(hint: branch[id].name, branch[id].type) }
        })
      made.annotations = node.annotations
      patch.added.append(made)
    }
    let written = Set(branch.nodes.flatMap(\.outputs).compactMap(\.self))
    for (inner, id) in zip(branch.outputs, outer) {
      guard let id, !written.contains(inner) || results[inner] != id else { continue }
      patch.redirected.append((id, try operand(inner)))
    }
    let constants = tensors
    patch.constants = { constants }
    return patch
  }

  private func operand(_ id: ValueID) throws -> Patch.Operand {
    guard let operand = operands[id] else { throw Refusal.form(.missing(branch[id].name)) }
    return operand
  }
}
