import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// A rule that is written wrongly is caught by the comparison that is built in, and at the right node.
@Suite struct WrongPassTests {
  /// Expects that a pass fires once and is caught, or not, and that the deployment passes are right on the same graph.
  /// - Parameter value: the value at which the graph goes wrong; `nil` if the pass is right.
  private func expect(
    _ pass: some Pass, on graph: Graph, departsAt value: String?, location: SourceLocation = #_sourceLocation
  ) throws {
    let model = try Model(graph: graph)
    let fusion = try model.fused(by: [pass])
    #expect(fusion.passes.map(\.fired) == [1], sourceLocation: location)
    let outcome = try model.verify(fused: fusion.model)
    #expect(outcome.agrees == (value == nil), sourceLocation: location)
    if let value {
      #expect(outcome.firstDifference?.hasPrefix("'\(value)' ") == true, "\(outcome)", sourceLocation: location)
    }
    let right = try model.verify(fused: model.fused().model)
    #expect(right.agrees, "\(right.firstDifference ?? "")", sourceLocation: location)
  }

  // MARK: Convolution, then normalization

  enum Slip: String, CaseIterable, CustomTestStringConvertible {
    case none, signOfMean, noEpsilon, anotherEpsilon, biasNotScaled, biasForgotten, groupsSwapped, channelsSwapped,
      varianceNotRooted

    var testDescription: String { rawValue }
  }

  /// Three layers with Relu between them; the normalization of the middle one has an epsilon of 1e-3.
  private func network(groups: Int) throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 9, 9])
    let padded = SpatialWindow(pads: [1, 1, 1, 1])
    let first = try sketch.node(Relu(), sketch.convolution(x, 3, 4, kernel: [3, 3], window: padded, name: "first"))
    let conv = try sketch.convolution(
      first, 4, 6, kernel: [3, 3], window: padded, groups: groups, bias: true, name: "middle.conv")
    let middle = try sketch.node(Relu(), sketch.normalization(conv, 6, epsilon: 1e-3, name: "middle.bn"))
    let last = try sketch.convolution(middle, 6, 5, kernel: [1, 1], bias: true, name: "last")
    return try sketch.finish(sketch.node(Relu(), last))
  }

  @Test(arguments: Slip.allCases, [1, 2]) func catchesFolds(slip: Slip, groups: Int) throws {
    // Weights of one group have nothing to be swapped with.
    if slip == .groupsSwapped, groups == 1 { return }
    try expect(Fold(slip: slip), on: network(groups: groups), departsAt: slip == .none ? nil : "middle.bn")
  }

  private struct Fold: Pass {
    let slip: Slip
    let description = PassDescription("fold", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      for (index, node) in view.graph.nodes.enumerated() {
        guard let normalization = node.operator as? BatchNormalization,
          let (maker, layer, convolution) = view.producer(node.inputs[0], as: Convolution.self),
          let output = node.outputs[0]
        else { continue }
        let inputs: [Patch.Operand?] = [
          layer.inputs[0].map(Patch.Operand.value), .constant(0, hint: "w"), .constant(1, hint: "b"),
        ]
        let new = Patch.NewNode(layer.name, convolution, inputs: inputs, outputs: [.value(output)])
        var patch = Patch(removing: [maker, index], adding: new)
        patch.constants = {
          let parameters = try (1...4).map { try view.stored(node, $0).values(as: Double.self) }
          return try folded(
            view.stored(layer, 1), view.stored(layer, 2).values(as: Double.self),
            parameters, epsilon: Double(normalization.epsilon), groups: convolution.groups)
        }
        return [patch]
      }
      return []
    }

    private func folded(
      _ tensor: Tensor, _ bias: [Double], _ parameters: [[Double]], epsilon: Double, groups: Int
    ) throws -> [Tensor] {
      let (rows, columns) = (bias.count, tensor.count / bias.count)
      var weights = try tensor.values(as: Double.self)
      let epsilon = slip == .noEpsilon ? 0 : slip == .anotherEpsilon ? 1e-5 : epsilon
      let scale = (0..<rows).map { row in
        let variance = parameters[3][row] + epsilon
        return parameters[0][row] / (slip == .varianceNotRooted ? variance : variance.squareRoot())
      }
      let mean = parameters[2].map { slip == .signOfMean ? -$0 : $0 }
      let shift = (0..<rows).map { row in
        let own = slip == .biasForgotten ? 0 : slip == .biasNotScaled ? bias[row] : bias[row] * scale[row]
        return parameters[1][row] - mean[row] * scale[row] + own
      }
      let source = weights
      for row in 0..<rows {
        var from = row
        if slip == .groupsSwapped { from = (row + rows / groups) % rows }
        if slip == .channelsSwapped { from = [1: 2, 2: 1][row] ?? row }
        for column in 0..<columns { weights[row * columns + column] = source[from * columns + column] * scale[row] }
      }
      return [
        try Tensor(weights, shape: tensor.shape).converted(to: .float32),
        try Tensor(shift, shape: [rows]).converted(to: .float32),
      ]
    }
  }

  // MARK: One weight

  /// A layer among others, one weight of which is a little larger than it was.
  @Test(arguments: [("first", 0), ("middle.conv", 17), ("last", 29)])
  func catchesOneWeight(layer: String, index: Int) throws {
    try expect(Nudge(layer: layer, element: index, factor: 1.0001), on: network(groups: 1), departsAt: layer)
  }

  /// Rounding is no mistake: the neighbouring number in 32 bits is as good.
  @Test func acceptsRounding() throws {
    try expect(Nudge(layer: "middle.conv", element: 5, factor: 1 + 0x1p-23), on: network(groups: 1), departsAt: nil)
  }

  private struct Nudge: Pass {
    let layer: String
    let element: Int
    let factor: Float
    let description = PassDescription("nudge", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      guard let index = view.graph.nodes.firstIndex(where: { $0.name == layer }) else { return [] }
      let node = view.graph.nodes[index]
      var inputs = node.inputs.map { $0.map(Patch.Operand.value) }
      inputs[1] = .constant(0, hint: "nudged")
      let new = Patch.NewNode(
        "nudged", node.operator, inputs: inputs, outputs: node.outputs.map { $0.map(Patch.Output.value) })
      var patch = Patch(removing: [index], adding: new)
      patch.constants = {
        let tensor = try view.stored(node, 1)
        var values = try tensor.values(as: Float.self)
        values[element] *= factor
        return [try Tensor(values, shape: tensor.shape)]
      }
      return [patch]
    }
  }

  // MARK: The border

  /// A normalization before a padded convolution, folded into it as if there were no padding.
  @Test(arguments: [true, false]) func catchesTheBorder(padded: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 9, 9])
    let first = try sketch.node(Relu(), sketch.convolution(x, 3, 4, kernel: [1, 1], name: "first"))
    let normalized = try sketch.normalization(first, 4, name: "bn")
    let window = SpatialWindow(pads: padded ? [1, 1, 1, 1] : nil)
    let second = try sketch.convolution(normalized, 4, 5, kernel: [3, 3], window: window, bias: true, name: "second")
    let last = try sketch.convolution(sketch.node(Relu(), second), 5, 2, kernel: [1, 1], name: "last")
    try expect(BorderBlind(), on: sketch.finish(last), departsAt: padded ? "second" : nil)
  }

  private struct BorderBlind: Pass {
    let description = PassDescription("border-blind", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      for (index, node) in view.graph.nodes.enumerated() {
        guard let convolution = node.operator as? Convolution,
          let (maker, layer, normalization) = view.producer(node.inputs[0], as: BatchNormalization.self)
        else { continue }
        let new = Patch.NewNode(
          node.name, convolution,
          inputs: [
            layer.inputs[0].map(Patch.Operand.value), .constant(0, hint: "w"), .constant(1, hint: "b"),
          ], outputs: node.outputs.map { $0.map(Patch.Output.value) })
        var patch = Patch(removing: [maker, index], adding: new)
        patch.constants = {
          let parameters = try (1...4).map { try view.stored(layer, $0).values(as: Double.self) }
          let tensor = try view.stored(node, 1)
          var weights = try tensor.values(as: Double.self)
          var bias = try view.stored(node, 2).values(as: Double.self)
          let (channels, taps) = (tensor.shape[1], tensor.shape[2...].reduce(1, *))
          for element in weights.indices {
            let (row, channel) = (element / taps / channels, element / taps % channels)
            let scale =
              parameters[0][channel] / (parameters[3][channel] + Double(normalization.epsilon)).squareRoot()
            bias[row] += weights[element] * (parameters[1][channel] - parameters[2][channel] * scale)
            weights[element] *= scale
          }
          return [
            try Tensor(weights, shape: tensor.shape).converted(to: .float32),
            try Tensor(bias, shape: [bias.count]).converted(to: .float32),
          ]
        }
        return [patch]
      }
      return []
    }
  }

  // MARK: Other layers

  /// A linear layer's weights read by columns although they lie in rows.
  @Test(arguments: [true, false]) func catchesTransposedWeights(transposed: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 6])
    let first = try sketch.node(Relu(), sketch.linear(x, 6, 6, name: "first"))
    let normalized = try sketch.normalization(sketch.linear(first, 6, 6, name: "fc"), 6, name: "bn")
    let last = try sketch.linear(sketch.node(Relu(), normalized), 6, 3, name: "last")
    let pass = RowScale(as: GeneralMatrixMultiplication.self) { operation, _ in
      operation.transposesB = !transposed
    }
    try expect(pass, on: sketch.finish(last), departsAt: transposed ? "bn" : nil)
  }

  /// A transposed convolution has its output channels along the second axis.
  @Test(arguments: [true, false]) func catchesTheWrongAxis(wrong: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 4, 5, 5])
    let window = SpatialWindow(strides: [2, 2], pads: [1, 1, 1, 1])
    let up = try sketch.transposedConvolution(x, 4, 4, kernel: [4, 4], window: window, bias: true, name: "up")
    let normalized = try sketch.node(Relu(), sketch.normalization(up, 4, name: "bn"))
    let last = try sketch.convolution(normalized, 4, 2, kernel: [3, 3], name: "last")
    let pass = RowScale(as: TransposedConvolution.self) { _, axis in axis = wrong ? 0 : 1 }
    try expect(pass, on: sketch.finish(last), departsAt: wrong ? "bn" : nil)
  }

  /// Scales the weights of a layer before a normalization along an axis, the first one if nothing else is said.
  private struct RowScale<Layer: Operator>: Pass {
    let description = PassDescription("row-scale", law: "", guards: [], source: "")
    let change: @Sendable (inout Layer, inout Int) -> Void

    init(as _: Layer.Type, _ change: @escaping @Sendable (inout Layer, inout Int) -> Void) { self.change = change }

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      for (index, node) in view.graph.nodes.enumerated() {
        guard let normalization = node.operator as? BatchNormalization,
          let (maker, layer, old) = view.producer(node.inputs[0], as: Layer.self)
        else { continue }
        var (operation, axis) = (old, 0)
        change(&operation, &axis)
        let new = Patch.NewNode(
          layer.name, operation,
          inputs: [layer.inputs[0].map(Patch.Operand.value), .constant(0, hint: "w"), .constant(1, hint: "b")],
          outputs: node.outputs.map { $0.map(Patch.Output.value) })
        let (weights, bias) = (try view.stored(layer, 1), try view.stored(layer, 2))
        let along = axis
        var patch = Patch(removing: [maker, index], adding: new)
        patch.constants = {
          let parameters = try (1...4).map { try view.stored(node, $0).values(as: Double.self) }
          let scale = parameters[0].indices.map {
            parameters[0][$0] / (parameters[3][$0] + Double(normalization.epsilon)).squareRoot()
          }
          let step = weights.shape[(along + 1)...].reduce(1, *)
          let values = try weights.values(as: Double.self).enumerated().map {
            $0.element * scale[$0.offset / step % scale.count]
          }
          let shift = try bias.values(as: Double.self).enumerated().map { row, value in
            (value - parameters[2][row]) * scale[row] + parameters[1][row]
          }
          return [
            try Tensor(values, shape: weights.shape).converted(to: .float32),
            try Tensor(shift, shape: [shift.count]).converted(to: .float32),
          ]
        }
        return [patch]
      }
      return []
    }
  }

  // MARK: Branches

  /// Three branches, one of which is left out of their sum.
  @Test func catchesALostBranch() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 7, 7])
    let relu = try sketch.node(Relu(), sketch.convolution(x, 3, 4, kernel: [1, 1], name: "first"))
    let a = try sketch.convolution(
      relu, 4, 4, kernel: [3, 3], window: SpatialWindow(pads: [1, 1, 1, 1]), name: "a")
    let sum = try sketch.named(Sum(), [a, try sketch.convolution(relu, 4, 4, kernel: [1, 1], name: "b"), relu], "sum")
    let last = try sketch.convolution(sketch.node(Relu(), sum), 4, 2, kernel: [1, 1], name: "last")
    try expect(Lose(isAlone: false), on: sketch.finish(last), departsAt: "sum")
  }

  /// A sum replaced by one of its summands: the value is no longer made, so that the next one departs.
  @Test func catchesALostSum() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 7, 7])
    let a = try sketch.convolution(x, 3, 3, kernel: [1, 1], name: "a")
    let relu = try sketch.named(Relu(), [try sketch.named(Add(), [a, x], "sum")], "relu")
    let last = try sketch.convolution(relu, 3, 2, kernel: [1, 1], name: "last")
    try expect(Lose(isAlone: true), on: sketch.finish(last), departsAt: "relu")
  }

  private struct Lose: Pass {
    let isAlone: Bool
    let description = PassDescription("lose", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      for (index, node) in view.graph.nodes.enumerated() {
        if isAlone, node.operator is Add, let kept = node.inputs[0], let sum = node.outputs[0] {
          return [Patch(removing: index, reading: kept, insteadOf: sum)]
        }
        guard !isAlone, node.operator is Sum, node.inputs.count > 2 else { continue }
        let new = Patch.NewNode(
          node.name, node.operator, inputs: node.inputs.dropLast().map { $0.map(Patch.Operand.value) },
          outputs: node.outputs.map { $0.map(Patch.Output.value) })
        return [Patch(removing: [index], adding: new)]
      }
      return []
    }
  }

  // MARK: Whole graphs

  /// A result that goes away, takes another shape or another element type.
  @Test func catchesAnotherType() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3, 4])
    let flat = try sketch.named(Flatten(axis: 2), [x], "flat")
    let graph = try sketch.finish(sketch.node(Relu(), flat))
    let model = try Model(graph: graph)
    let fusion = try model.fused(by: [Reflatten()])
    let outcome = try model.verify(fused: fusion.model)
    #expect(!outcome.agrees)
    #expect(outcome.firstDifference == "'flat': shape [6, 4] expected, [2, 12] found")
  }

  private struct Reflatten: Pass {
    let description = PassDescription("reflatten", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      let node = view.graph.nodes[0]
      guard (node.operator as? Flatten)?.axis == 2 else { return [] }
      let new = Patch.NewNode(
        node.name, Flatten(axis: 1), inputs: node.inputs.map { $0.map(Patch.Operand.value) },
        outputs: node.outputs.map { $0.map(Patch.Output.value) })
      return [Patch(removing: [0], adding: new)]
    }
  }

  /// A pass whose graph is none is told so by name, before anything is compared.
  @Test func catchesAGraphThatIsNone() throws {
    let model = try Model(graph: network(groups: 1))
    let error = try #require(throws: ConversionError.self) { try model.fused(by: [Narrow()]) }
    #expect(error.description.contains("the pass 'narrow' made a graph that is none: "))
  }

  private struct Narrow: Pass {
    let description = PassDescription("narrow", law: "", guards: [], source: "")

    func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
      guard let index = view.graph.nodes.firstIndex(where: { $0.name == "last" }) else { return [] }
      let node = view.graph.nodes[index]
      let new = Patch.NewNode(
        "narrow", node.operator, inputs: [node.inputs[0].map(Patch.Operand.value), .constant(0, hint: "w")],
        outputs: node.outputs.map { $0.map(Patch.Output.value) })
      return [
        Patch(removing: [index], adding: new) { [try Tensor([Float](repeating: 1, count: 4), shape: [2, 2, 1, 1])] }
      ]
    }
  }
}

extension GraphView {
  /// The constant at one of a node's inputs, which has one.
  fileprivate func stored(_ node: Node, _ index: Int) throws -> Tensor {
    guard let tensor = constant(node, index) else { throw ConversionError(.badInput, "no constant") }
    return tensor
  }
}
