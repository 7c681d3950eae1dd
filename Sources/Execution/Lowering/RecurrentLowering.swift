import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Recurrent layers: the inputs of all steps are multiplied as one matrix, then the steps follow one another.
enum RecurrentLowering: Lowering {
  static let operators: [any Operator.Type] = [
    LongShortTermMemory.self, GatedRecurrentUnit.self, RecurrentNetwork.self,
  ]
  static let kernels: [any Kernel.Type] = [ProductKernel.self, RecurrentKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let layer = try RecurrentLayer(builder.graph.nodes[group.main], in: builder) else { return false }
    try builder.addRecurrent(layer, group)
    return true
  }
}

/// A recurrent node that the kernel computes.
private struct RecurrentLayer {
  let kind: cnn_recurrence
  let directions: Int
  /// The direction that reads from the end; -1 for none.
  let reverses: Int
  let length: Int
  let batch: Int
  let inputs: Int
  let units: Int
  private let weights: [Float]
  private let recurrentWeights: [Float]
  private let bias: [Float]
  let hidden: ValueID?
  let cell: ValueID?

  var gates: Int { RecurrentKernel.gates(kind) }
  var blocks: Int { Buffer.blocks(of: units) }
  /// Numbers of a step's gates.
  var row: Int { blocks * gates * Buffer.laneCount }

  /// `nil` for a layer that has more to it.
  init?(_ node: Node, in builder: PlanBuilder) throws {
    let settings: RecurrentSettings
    let functions: [RecurrentActivation.Function]
    switch node.operator {
    case let layer as LongShortTermMemory where !layer.couplesGates:
      (settings, kind, functions) = (layer.settings, CNN_LSTM, [.sigmoid, .tanh, .tanh])
    case let layer as GatedRecurrentUnit:
      (settings, functions) = (layer.settings, [.sigmoid, .tanh])
      kind = layer.appliesResetLast ? CNN_GRU : CNN_GRU_RESET_FIRST
    case let layer as RecurrentNetwork: (settings, kind, functions) = (layer.settings, CNN_RNN, [.tanh])
    default: return nil
    }
    func input(_ index: Int) -> ValueID? { index < node.inputs.count ? node.inputs[index] : nil }
    guard settings.clip == nil, !settings.isBatchFirst, input(4) == nil, input(7) == nil,
      settings.activations.map(\.function) == Array(repeating: functions, count: settings.directions).flatMap(\.self),
      let data = input(0), let shape = builder.shape(data), shape.count == 3, builder.isFloat(data),
      builder.isSmall(shape), let w = builder.floats(input(1)), let r = builder.floats(input(2)),
      let state = builder.shape(input(2) ?? data), state.count == 3
    else { return nil }
    (directions, reverses) = (settings.directions, ["forward": -1, "reverse": 0][settings.direction.rawValue] ?? 1)
    (length, batch, inputs, units) = (shape[0], shape[1], shape[2], state[2])
    let gates = RecurrentKernel.gates(kind)
    guard units > 0, units < 1 << 14, state == [directions, gates * units, units],
      w.count == directions * gates * units * inputs, builder.isSmall([directions, length, batch, gates, units + 16])
    else { return nil }
    (weights, recurrentWeights) = (w, r)
    if let id = input(3) {
      guard let values = builder.floats(id), values.count == directions * 2 * gates * units else { return nil }
      bias = values
    } else {
      bias = [Float](repeating: 0, count: directions * 2 * gates * units)
    }
    (hidden, cell) = (input(5), input(6))
    for id in [hidden, cell].compactMap({ $0 }) {
      guard builder.isFloat(id), builder.shape(id) == [directions, batch, units] else { return nil }
    }
  }

  /// The place of a unit's gate in a step's row.
  private func place(_ gate: Int, _ unit: Int) -> Int {
    (unit / Buffer.laneCount * gates + gate) * Buffer.laneCount + unit % Buffer.laneCount
  }

  /// The input's weights of a direction, `[inputs, row]`.
  func inputWeights(_ direction: Int) -> [Float] {
    var result = [Float](repeating: 0, count: inputs * row)
    for gate in 0..<gates {
      for unit in 0..<units {
        let (from, to) = (((direction * gates + gate) * units + unit) * inputs, place(gate, unit))
        for index in 0..<inputs { result[index * row + to] = weights[from + index] }
      }
    }
    return result
  }

  /// What is added to the products of a direction. The state's bias of a candidate that is reset stays out.
  func rowBias(_ direction: Int) -> [Float] {
    var result = [Float](repeating: 0, count: row)
    for gate in 0..<gates {
      for unit in 0..<units {
        let own = direction * 2 * gates * units + gate * units + unit
        let isInside = kind == CNN_GRU && gate == 2
        result[place(gate, unit)] = bias[own] + (isInside ? 0 : bias[own + gates * units])
      }
    }
    return result
  }

  /// The state's bias of the candidates, `[direction][block][16]`.
  var candidateBias: [Float] {
    (0..<directions).flatMap { direction in
      (0..<blocks * Buffer.laneCount).map { unit in
        unit < units ? bias[(direction * 2 * gates + gates + 2) * units + unit] : 0
      }
    }
  }

  /// The state's weights as the kernel reads them, `[direction][block][unit][gate][16]`.
  var stateWeights: [Float] {
    var result = [Float](repeating: 0, count: directions * units * row)
    let lanes = Buffer.laneCount
    for direction in 0..<directions {
      for gate in 0..<gates {
        for unit in 0..<units {
          let from = ((direction * gates + gate) * units + unit) * units
          let block = (direction * blocks + unit / lanes) * units
          for index in 0..<units {
            result[((block + index) * gates + gate) * lanes + unit % lanes] = recurrentWeights[from + index]
          }
        }
      }
    }
    return result
  }
}

extension PlanBuilder {
  fileprivate mutating func addRecurrent(_ layer: RecurrentLayer, _ group: FusionGroup) throws {
    let node = graph.nodes[group.main]
    let source = try wholeOperand(group.input)
    var products: [Operand] = []
    for direction in 0..<layer.directions {
      let target = addMatrix(rows: layer.length * layer.batch, columns: layer.row)
      var context = cnn_product()
      (context.matrices, context.rows) = (1, Int64(layer.length * layer.batch))
      (context.depth, context.columns) = (Int64(layer.inputs), Int64(layer.row))
      (context.a_row, context.a_step) = (Int64(layer.inputs), 1)
      (context.b_step, context.b_column) = (Int64(layer.row), 1)
      (context.band, context.span) = (context.rows, context.columns)
      (context.scale, context.activation) = (1, .identity)
      let bias = addFloats(layer.rowBias(direction) + [Float](repeating: 0, count: 16))
      let kernel = ProductKernel(
        context, a: source, b: addFloats(layer.inputWeights(direction)), bias: bias,
        target: .buffer(target.buffer), starts: [0, 0])
      add(Step(kernel, "inputs of \(label(group))", work: layer.length * layer.batch * layer.inputs * layer.row))
      products.append(.buffer(target.buffer))
    }
    var context = cnn_recurrent()
    (context.length, context.batch, context.units) = (Int64(layer.length), Int64(layer.batch), Int64(layer.units))
    (context.directions, context.reverses) = (Int32(layer.directions), Int32(layer.reverses))
    context.kind = layer.kind
    var kernel = RecurrentKernel(context, products: products, weights: addFloats(layer.stateWeights))
    if layer.kind == CNN_GRU { kernel.candidateBias = addFloats(layer.candidateBias) }
    kernel.hidden = try layer.hidden.map { try wholeOperand($0) }
    kernel.cell = try layer.cell.map { try wholeOperand($0) }
    func result(_ index: Int) -> (ValueID, PlainView)? {
      guard index < node.outputs.count, let id = node.outputs[index] else { return nil }
      let states = layer.directions * layer.batch * layer.units
      let rows = index == 0 ? layer.length : layer.directions
      return (id, addMatrix(rows: rows, columns: index == 0 ? states : layer.batch * layer.units))
    }
    for (index, member) in [\RecurrentKernel.output, \.lastHidden, \.lastCell].enumerated() {
      guard let (id, view) = result(index) else { continue }
      kernel[keyPath: member] = .buffer(view.buffer)
      plains[id] = view
    }
    add(Step(kernel, label(group), work: layer.length * layer.batch * layer.directions * layer.units * layer.row))
  }
}
