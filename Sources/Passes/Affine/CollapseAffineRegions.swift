import CNNGraphs
import CNNOperators
import CNNTensors

/// Replaces each region between two nonlinearities that is one affine map of one value by one convolution, linear layer
/// or normalization, if that is exact and costs no more.
package struct CollapseAffineRegions: Pass {
  package let description = PassDescription(
    "collapse-affine-regions",
    law: """
      Convolutions, linear layers, normalizations, scales and shifts by channel, average poolings, paddings, crops, \
      sums, concatenations and slices of channels are affine maps y = W·x + u·inside + b with a small window. Maps \
      compose in sequence (B(Ax + a) + b = BAx + Ba + b), add in parallel and stack in concatenation. A region of \
      them with one input and one output becomes one map: a convolution where its border weights u are zero, a \
      linear layer where it has no spatial axes, a normalization or scale where it is diagonal. Convolution then \
      normalization, normalization before an unpadded convolution, 1×1 after 1×1, RepVGG, ACNet, DBB, MobileOne and \
      RepLKNet blocks are instances.
      """,
    guards: [
      "a value inside the region is a result of the graph, or something else reads it",
      "weights are shared with a node outside of the region",
      "the one map would take more multiplications or store more numbers than what it replaces",
      "the numbers of the one map would take more than 2³² multiplications to work out",
      "a shift before a padded window, which its padding does not see, is not taken back before it",
      "a padded window over the outputs of another window",
      "strides, windows or channels of branches do not fit together",
      "a normalization in training form, with parameters that are computed or that a caller can set, or not finite",
      "a weight that is finite, but not in the element type of the model",
    ],
    source: """
      Ioffe and Szegedy 2015; Ding et al. 2019 (ACNet), 2021 (RepVGG; Diverse Branch Block), 2022 (RepLKNet); Vasu et \
      al. 2023 (MobileOne)
      """)

  /// A few seconds. Layers that are multiplied out have thousands of channels only if something is odd.
  private static let mostWork = 0x1p32

  package init() {}

  package func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
    let regions = AffineRegions(view, refusals: &refusals)
    var taken: Set<Int> = []
    var patches: [Patch] = []
    for index in view.graph.nodes.indices.reversed() where !taken.contains(index) {
      guard let output = view.graph.nodes[index].outputs.first ?? nil else { continue }
      for region in (regions.ending[output] ?? []).reversed() where region.nodes.count > 1 {
        guard region.nodes.isDisjoint(with: taken) else { continue }
        do {
          try check(region, endingIn: output, in: view)
          guard let patch = patch(for: region, endingIn: output, in: view) else { continue }
          patches.append(patch)
        } catch let refusal as Refusal {
          refusals.add(refusal, at: index, in: view)
          continue
        }
        taken.formUnion(region.nodes)
        break
      }
    }
    return patches
  }

  /// Guards: nothing else reads what goes away, and the result is no dearer.
  private func check(_ region: AffineRegion, endingIn output: ValueID, in view: GraphView) throws {
    // Numbers that stay stored for others.
    var kept = 0.0
    for index in region.nodes.sorted() {
      let node = view.graph.nodes[index]
      for made in node.outputs.compactMap(\.self) where made != output {
        try view.requireUnused(made) { region.nodes.contains($0) }
      }
      for (position, constant) in node.inputs.enumerated() {
        guard let constant, let tensor = view.constant(constant),
          let user = view.users(constant).first(where: { !region.nodes.contains($0) })
        else { continue }
        if position == 1, weightCount(index, view) > 0 {
          throw Refusal.inUse(
            .constant(view.graph[constant].name, node: view.graph.describe(view.graph.nodes[user])))
        }
        kept += Double(tensor.count)
      }
    }
    let map = region.map
    // (A diagonal map has no window, and is never dearer.)
    guard !map.isDiagonal else { return }
    let weights = Double(map.outputs) * Double(map.rowCount)
    guard weights <= map.cost else {
      throw Refusal.cost(.multiplicationsPerPosition(Int(weights), before: Int(map.cost)))
    }
    // Strides and borders leave less of small extents than the rule says.
    if let positions = positions(output, view), let before = multiplications(of: region, view),
      weights * positions > before
    {
      throw Refusal.cost(.multiplications(Int(weights * positions), before: Int(before)))
    }
    // A node itself takes this many bytes of a file, about.
    let slack = 12 * Double(region.nodes.count - 1)
    let stored = weights + (map.hasShift ? Double(map.outputs) : 0)
    guard stored + kept <= map.stored + slack else {
      throw Refusal.cost(.numbers(Int(stored + kept), before: Int(map.stored)))
    }
    guard map.work <= Self.mostWork else {
      throw Refusal.cost(.work(Int(min(map.work, 1e18))))
    }
    try AffineKernel(map).checkBorder()
  }

  private func patch(for region: AffineRegion, endingIn output: ValueID, in view: GraphView) -> Patch? {
    let map = region.map
    if map.isDiagonal, !hasLinearMap(region, view) {
      return DiagonalMaps(view).patch(for: region, endingIn: output)
    }
    // The layer that the region is named after: the one with the most weights.
    let nodes = region.nodes.sorted()
    let main = nodes.max { weightCount($0, view) < weightCount($1, view) } ?? nodes[0]
    let node = view.graph.nodes[main]
    guard weightCount(main, view) > 0 else { return nil }
    let type = view.elementType(output) ?? view.constant(node, 1)?.elementType ?? .float32
    func operand(_ index: Int, _ suffix: String) -> Patch.Operand {
      let own = index < node.inputs.count ? node.inputs[index] : nil
      let stem = node.name.isEmpty ? view.graph[output].name : node.name
      return .constant(index - 1, hint: "\(stem).\(suffix)", keeping: own)
    }
    let operation: any Operator
    if map.axes.isEmpty {
      operation = GeneralMatrixMultiplication(transposesB: true)
    } else {
      let window = SpatialWindow(
        kernel: map.axes.map(\.kernel), strides: map.axes.map(\.stride), dilations: map.axes.map(\.dilation),
        pads: map.axes.map(\.padBegin) + map.axes.map(\.padEnd))
      guard map.axes.allSatisfy({ $0.padBegin >= 0 && $0.padEnd >= 0 }) else { return nil }
      operation = Convolution(window: window, groups: map.groups)
    }
    var inputs: [Patch.Operand?] = [.value(region.source)]
    var constants: () throws -> [Tensor] = { [] }
    if case .convolution(let weights, _) = map.content, weights.factor == 1, !weights.isTransposed,
      view.constant(node, 1)?.storage === weights.tensor.storage
    {
      // Nothing but the window changes: the weights stay where they are.
      inputs += node.inputs.dropFirst().map { $0.map(Patch.Operand.value) }
    } else {
      inputs.append(operand(1, "weight"))
      if map.hasShift || map.axes.isEmpty && view.operatorSet < 11 { inputs.append(operand(2, "bias")) }
      constants = {
        let (weights, bias) = try AffineKernel(map).tensors(type)
        return [weights, bias]
      }
    }
    var new = Patch.NewNode(node.name, operation, inputs: inputs, outputs: [.value(output)])
    new.annotations = node.annotations
    return Patch(removing: region.nodes, adding: new, constants: constants)
  }

  /// Positions of a value, which are its spatial extents multiplied; `nil` if one of them is not known.
  private func positions(_ id: ValueID, _ view: GraphView) -> Double? {
    guard let extents = view.shape(id)?.dropFirst(2).map(\.value), !extents.contains(nil) else { return nil }
    return extents.reduce(1) { $0 * Double($1 ?? 0) }
  }

  /// Multiplications that the nodes of a region take; `nil` if extents are not known.
  private func multiplications(of region: AffineRegion, _ view: GraphView) -> Double? {
    var total = 0.0
    for index in region.nodes {
      let node = view.graph.nodes[index]
      var weights = Double(weightCount(index, view))
      if let pool = node.operator as? AveragePooling {
        weights = (pool.window.kernel ?? []).reduce(Double(view.channels(node.inputs[0]) ?? 0)) { $0 * Double($1) }
      }
      guard weights > 0 else { continue }
      guard let positions = node.outputs[0].flatMap({ self.positions($0, view) }) else { return nil }
      total += weights * positions
    }
    return total
  }

  private func hasLinearMap(_ region: AffineRegion, _ view: GraphView) -> Bool {
    region.nodes.contains { weightCount($0, view) > 0 }
  }

  private func weightCount(_ index: Int, _ view: GraphView) -> Int {
    let node = view.graph.nodes[index]
    switch node.operator {
    case is Convolution, is GeneralMatrixMultiplication, is MatrixMultiplication:
      return view.constant(node, 1)?.count ?? 0
    default: return 0
    }
  }
}
