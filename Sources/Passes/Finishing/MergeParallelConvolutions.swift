import CNNGraphs
import CNNOperators
import CNNTensors

/// One convolution in the place of several small ones that read the same value.
package struct MergeParallelConvolutions: Pass {
  package init() {}

  package var traits: PassTraits { .stacksLayers }

  package var description: PassDescription {
    PassDescription(
      "merge-parallel-convolutions",
      law: """
        1×1 convolutions of one value with the same strides are one convolution with their filters stacked, cut apart \
        along the channels; what maps each element by itself (Relu) goes between.
        """,
      guards: [
        "fewer than two convolutions with Relu or three without, so that no node is saved",
        "weights or biases are computed, shared, or given by the caller",
        "a value between convolution and Relu is a result of the graph or read elsewhere",
        "kernels other than 1×1, padding, groups, different strides, biases on some",
      ],
      source: "the parallel branches of Szegedy et al., Going Deeper with Convolutions, 2015, figure 2b")
  }

  /// What convolutions must have in common.
  private struct Kind: Hashable {
    let input: ValueID
    let strides: [Int]
    let type: ElementType
    let hasRelu: Bool
    let hasBias: Bool
  }

  /// A convolution, and the `Relu` behind it.
  private struct Branch {
    let index: Int
    let relu: Int?
    let filters: Int
    let result: ValueID
  }

  package func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
    var kinds: [Kind] = []
    var branches: [Kind: [Branch]] = [:]
    for (index, node) in view.graph.nodes.enumerated() where node.operator is Convolution {
      guard let input = node.inputs[0], view.users(input).count > 1 else { continue }
      do {
        guard let (kind, branch) = try branch(node, index, input, view) else { continue }
        if branches[kind] == nil { kinds.append(kind) }
        branches[kind, default: []].append(branch)
      } catch let refusal as Refusal {
        refusals.add(refusal, at: index, in: view)
      }
    }
    return kinds.compactMap { kind in
      let members = branches[kind] ?? []
      guard members.count > 1 else { return nil }
      guard members.count > (kind.hasRelu ? 1 : 2) else {
        refusals.add(.cost(.noNodeSaved), at: members[0].index, in: view)
        return nil
      }
      return patch(kind, members, view)
    }
  }

  private func branch(_ node: Node, _ index: Int, _ input: ValueID, _ view: GraphView) throws -> (Kind, Branch)? {
    guard let convolution = node.operator as? Convolution, let type = view.elementType(input), type.isFloatingPoint,
      let shape = view.shape(node.inputs[1]), shape.count > 2, shape.dropFirst(2).allSatisfy({ $0 == 1 }),
      convolution.groups == 1, convolution.window.pads?.allSatisfy({ $0 == 0 }) ?? true,
      convolution.window.autoPad == .explicit || convolution.window.autoPad == .valid,
      let filters = shape[0].value, let output = node.outputs[0], view.elementType(node.inputs[1]) == type
    else { return nil }
    for parameter in [node.inputs[1], node.input(2)].compactMap(\.self) {
      guard view.constant(parameter) != nil else { return nil }
      guard view.users(parameter) == [index], !view.isOutput(parameter) else {
        throw Refusal.inUse(.reader(view.graph[parameter].name, node: nil))
      }
    }
    let strides = convolution.window.strides ?? shape.dropFirst(2).map { _ in 1 }
    let relu = view.soleUser(output).flatMap { view.graph.nodes[$0].operator is Relu ? $0 : nil }
    guard let result = relu.map({ view.graph.nodes[$0].outputs[0] }) ?? output else { return nil }
    return (
      Kind(input: input, strides: strides, type: type, hasRelu: relu != nil, hasBias: node.input(2) != nil),
      Branch(index: index, relu: relu, filters: filters, result: result)
    )
  }

  private func patch(_ kind: Kind, _ members: [Branch], _ view: GraphView) -> Patch? {
    let nodes = members.map { view.graph.nodes[$0.index] }
    guard let first = nodes.first, let weight = first.inputs[1],
      let convolution = first.operator as? Convolution
    else { return nil }
    let name = view.graph[weight].name
    let total = members.reduce(0) { $0 + $1.filters }
    var shape = view.shape(first.outputs[0])
    shape?[1] = .fixed(total)
    let type = ValueType.tensor(kind.type, shape)
    let base = first.name.isEmpty ? view.graph[members[0].result].name : first.name

    var window = convolution.window
    window.dilations = nil
    var patch = Patch(removing: Set(members.map(\.index) + members.compactMap(\.relu)))
    patch.added = [
      Patch.NewNode(
        first.name, Convolution(window: window),
        inputs: [.value(kind.input), .constant(0, hint: name, keeping: weight)]
          + first.inputs.dropFirst(2).compactMap { bias in
            bias.map { .constant(2, hint: view.graph[$0].name, keeping: $0) }
          },
        outputs: [.new(hint: "\(base).merged", type)])
    ]
    if let relu = members[0].relu {
      patch.added.append(
        Patch.NewNode(
          view.graph.nodes[relu].name, Relu(), inputs: [.made(0)], outputs: [.new(hint: "\(base).merged.relu", type)]))
    }
    patch.added.append(
      Patch.NewNode(
        first.name.isEmpty ? "" : "\(first.name).split", Split(axis: 1),
        inputs: [.made(patch.added.count - 1), .constant(1, hint: "\(base).split")],
        outputs: members.map { .value($0.result) }))
    patch.constants = {
      let weights = nodes.compactMap { view.constant($0, 1) }
      let extents = try Tensor(members.map { Int64($0.filters) }, shape: [members.count])
      let stacked = try Tensor.concatenating(weights, axis: 0)
      guard kind.hasBias else { return [stacked, extents] }
      return [stacked, extents, try Tensor.concatenating(nodes.compactMap { view.constant($0, 2) }, axis: 0)]
    }
    return patch
  }
}
