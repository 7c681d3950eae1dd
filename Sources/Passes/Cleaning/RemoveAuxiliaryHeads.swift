import CNNGraphs
import CNNTensors

/// Takes away classifiers that only helped training.
package struct RemoveAuxiliaryHeads: Pass {
  package init() {}

  package var traits: PassTraits { .dropsOutputs }

  package var description: PassDescription {
    PassDescription(
      "remove-auxiliary-heads",
      law: """
        Results beside the main one that have its type and shape and come from layers named 'aux', or in Caffe's way \
        'loss1' and 'loss2' beside 'loss3', are there for training alone: they go, with all that only they need.
        """,
      guards: [
        "the type or shape is another one", "layers that only the result needs have other names",
        "no other result would be left",
      ],
      source: "Szegedy et al., Going Deeper with Convolutions, 2015, section 5: discarded at inference time")
  }

  package func patches(in view: GraphView, refusals: inout RefusalLog) -> [Patch] {
    let outputs = view.graph.outputs
    guard (2...8).contains(outputs.count), Set(outputs).count == outputs.count else { return [] }
    let needs = outputs.map { nodes(behind: [$0], view) }
    let hasThird = needs.contains { $0.contains { components(of: view.graph.nodes[$0], view).contains("loss3") } }
    var kept: [ValueID] = []
    var dropped: [ValueID] = []
    for (position, output) in outputs.enumerated() {
      let others = needs.indices.reduce(into: Set<Int>()) { if $1 != position { $0.formUnion(needs[$1]) } }
      let own = needs[position].subtracting(others)
      // Layers, that is: what a Relu or a Flatten is called says nothing.
      let layers = own.filter { hasWeights(view.graph.nodes[$0], view) }
      let marked = layers.filter { isAuxiliary(view.graph.nodes[$0], besideThird: hasThird, view) }
      if marked.isEmpty || layers.count != marked.count {
        if let other = layers.subtracting(marked).min(), !marked.isEmpty {
          refusals.add(.inUse(.layers(of: view.graph[output].name)), at: other, in: view)
        }
        kept.append(output)
      } else {
        dropped.append(output)
      }
    }
    guard let main = kept.first, !dropped.isEmpty else { return [] }
    for output in dropped where !isAlike(view.graph[output].type, view.graph[main].type) {
      if let index = view.producer(output) {
        refusals.add(
          .fit(.type(of: view.graph[output].name, view.graph[output].type, main: view.graph[main].type)),
          at: index, in: view)
      }
      return []
    }
    let needed = nodes(behind: kept, view)
    var patch = Patch(removing: nodes(behind: dropped, view).subtracting(needed))
    patch.droppedOutputs = dropped
    return [patch]
  }

  /// Equal but for the batch, which may have no name or two.
  private func isAlike(_ a: ValueType, _ b: ValueType) -> Bool {
    guard let a = a.tensor, let b = b.tensor, a.elementType == b.elementType, let first = a.shape, let second = b.shape,
      first.count == second.count
    else { return false }
    return Array(first.dropFirst()).isSurely(Array(second.dropFirst()))
  }

  /// The nodes that results depend on.
  private func nodes(behind results: [ValueID], _ view: GraphView) -> Set<Int> {
    var found: Set<Int> = []
    var left = results.compactMap { view.producer($0) }
    while let index = left.popLast() {
      guard found.insert(index).inserted else { continue }
      let node = view.graph.nodes[index]
      left += (node.inputs.compactMap(\.self) + node.captures).compactMap { view.producer($0) }
    }
    return found
  }

  private func hasWeights(_ node: Node, _ view: GraphView) -> Bool {
    node.inputs.contains { id in view.constant(id).map { $0.elementType.isFloatingPoint && $0.count > 1 } ?? false }
  }

  private func isAuxiliary(_ node: Node, besideThird: Bool, _ view: GraphView) -> Bool {
    let components = components(of: node, view)
    return components.contains { $0.contains("aux") }
      || besideThird && (components.contains("loss1") || components.contains("loss2"))
  }

  /// The parts of all names that a node, its results and its constants have.
  private func components(of node: Node, _ view: GraphView) -> Set<String> {
    let constants = node.inputs.compactMap(\.self).filter { view.constant($0) != nil }
    let names = [node.name] + (node.outputs.compactMap(\.self) + constants).map { view.graph[$0].name }
    return Set(names.flatMap { $0.lowercased().split(whereSeparator: { "/.:".contains($0) }).map(String.init) })
  }
}
