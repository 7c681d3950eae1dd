import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a pooling do the padding before it.
package struct MovePaddingIntoPooling: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "move-padding-into-pooling",
      law: """
        MaxPool takes no notice of its own padding: a Pad with the least value before it is such padding, and so is one \
        with zeros where nothing is below zero. A Pad with zeros before AveragePool is padding that counts.
        """,
      guards: [
        "a pad reaches as far as the window, so that one could lie in padding alone",
        "the pad cuts off, pads batch or channels, or is read elsewhere", "auto_pad, ceil_mode or dilations",
        "MaxPool's indices are read", "AveragePool has padding that does not count",
        "zeros before MaxPool where something may be below zero", "the operator set is below 7",
      ],
      source: "ONNX MaxPool 12, AveragePool 11 (count_include_pad)")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard node.operator is MaxPooling || node.operator is AveragePooling,
      let padding = view.producer(node.inputs[0], as: Padding.self), padding.operation.mode == .constant,
      view.soleUser(node.inputs[0]) == index, let source = padding.node.inputs[0], let rank = view.rank(source),
      let added = spatialPads(padding.node, rank: rank, view), let filler = filler(padding.node, view)
    else { return nil }
    let operation: any Operator
    switch node.operator {
    case var pooling as MaxPooling:
      let isLeast = filler <= -Double(Float.greatestFiniteMagnitude)
      guard isLeast || filler == 0 else { return nil }
      guard isLeast || NonnegativeValues(view).contains(source) else {
        throw Refusal.border(.belowZero(view.graph[source].name))
      }
      if node.outputs.count > 1, let indices = node.outputs[1] {
        throw Refusal.inUse(.reader(view.graph[indices].name, node: nil))
      }
      pooling.window = try window(pooling.window, with: added)
      operation = pooling
    case var pooling as AveragePooling:
      guard filler == 0 else { return nil }
      guard pooling.countsPadding || pooling.window.pads?.allSatisfy({ $0 == 0 }) ?? true else {
        throw Refusal.border(.uncountedPadding)
      }
      guard view.operatorSet >= 7 else {
        throw Refusal.operatorSet(needed: 7, given: view.operatorSet, for: "padding that counts")
      }
      pooling.window = try window(pooling.window, with: added)
      pooling.countsPadding = true
      operation = pooling
    default: return nil
    }
    var made = Patch.NewNode(
      node.name, operation, inputs: [.value(source)], outputs: node.outputs.map { $0.map { .value($0) } })
    made.annotations = node.annotations
    return Patch(removing: [index, padding.index], adding: made)
  }

  /// The pads of the spatial axes, all beginnings and then all ends; `nil` if other axes are padded or any is cut.
  private func spatialPads(_ node: Node, rank: Int, _ view: GraphView) -> [Int]? {
    guard rank > 2, let pads = view.integers(node, 1) else { return nil }
    var axes = Array(0..<rank)
    if node.input(3) != nil {
      guard let given = view.integers(node, 3), let named = try? given.axes(ofRank: rank) else { return nil }
      axes = named
    }
    guard pads.count == 2 * axes.count, pads.allSatisfy({ $0 >= 0 }) else { return nil }
    var all = [Int](repeating: 0, count: 2 * rank)
    for (position, axis) in axes.enumerated() {
      (all[axis], all[rank + axis]) = (pads[position], pads[position + axes.count])
    }
    guard all[0] + all[1] + all[rank] + all[rank + 1] == 0 else { return nil }
    return Array(all[2..<rank] + all[(rank + 2)...])
  }

  private func filler(_ node: Node, _ view: GraphView) -> Double? {
    node.input(2) == nil ? 0 : view.scalar(node.input(2))
  }

  /// A window with more padding.
  private func window(_ window: SpatialWindow, with added: [Int]) throws -> SpatialWindow {
    guard window.autoPad == .explicit || window.autoPad == .valid, !window.ceilMode, let kernel = window.kernel,
      window.dilations?.allSatisfy({ $0 == 1 }) ?? true, added.count == 2 * kernel.count
    else { throw Refusal.form(.window) }
    let own = window.autoPad == .valid ? nil : window.pads
    let pads = zip(own ?? added.map { _ in 0 }, added).map { $0 + $1 }
    guard zip(kernel + kernel, pads).allSatisfy({ $0 > $1 }) else {
      throw Refusal.fit(.pads(pads, kernel: kernel))
    }
    var result = window
    (result.pads, result.autoPad) = (pads, .explicit)
    return result
  }
}
