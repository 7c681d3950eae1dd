import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Recurrent layers.
@Suite(.serialized) struct EngineRecurrentTests {
  enum Kind: String, CaseIterable {
    case lstm, gru, gruResetFirst, rnn

    var gates: Int { self == .lstm ? 4 : self == .rnn ? 1 : 3 }

    func layer(_ direction: RecurrentSettings.Direction) -> any Operator {
      switch self {
      case .lstm: LongShortTermMemory(direction)
      case .gru: GatedRecurrentUnit(direction, appliesResetLast: true)
      case .gruResetFirst: GatedRecurrentUnit(direction)
      case .rnn: RecurrentNetwork(direction)
      }
    }
  }

  /// Units that fill blocks and that do not, one step and many, with biases and first states and without.
  @Test(
    arguments: Kind.allCases,
    [RecurrentSettings.Direction.forward, .reverse, .bidirectional])
  func recurs(kind: Kind, direction: RecurrentSettings.Direction) throws {
    let directions = direction == .bidirectional ? 2 : 1
    for (length, batch, inputs, units) in [(1, 1, 1, 1), (7, 2, 5, 16), (30, 1, 24, 37), (4, 3, 8, 65)] {
      for isFull in [false, true] {
        var sketch = GraphSketch(seed: units)
        let x = try sketch.input([length, batch, inputs])
        let (w, r) = (
          try sketch.weights([directions, kind.gates * units, inputs]),
          // Larger weights would make the smallest rounding a large one step by step.
          try sketch.weights([directions, kind.gates * units, units], scale: 0.25)
        )
        var arguments: [ValueID?] = [x, w, r]
        if isFull {
          let state = [directions, batch, units]
          arguments += [try sketch.weights([directions, 2 * kind.gates * units]), nil, try sketch.input(state, "h")]
          if kind == .lstm { arguments.append(try sketch.weights(state)) }
        }
        let results = try sketch.nodes(kind.layer(direction), arguments, outputs: kind == .lstm ? 3 : 2)
        try expectAgreement(sketch.finish(all: results), "\(length), \(batch), \(inputs), \(units), \(isFull)")
      }
    }
  }

  /// What is asked for alone: the last state, or all of them, which PyTorch puts in another order.
  @Test func givesWhatIsWanted() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([9, 1, 6])
    func layer(_ outputs: [Bool]) throws -> [ValueID?] {
      let (w, r) = (try sketch.weights([2, 4 * 20, 6]), try sketch.weights([2, 4 * 20, 20]))
      let results = try sketch.nodes(LongShortTermMemory(.bidirectional), [x, w, r], outputs: 3)
      return zip(results, outputs).map { $1 ? $0 : nil }
    }
    let last = try layer([false, true, false])[1]
    let all = try #require(try layer([true, false, false])[0])
    let turned = try sketch.node(Transpose(permutation: [0, 2, 1, 3]), all)
    let rows = try sketch.node(Reshape(), turned, sketch.integers([9, 1, 40]))
    let y = try sketch.node(MatrixMultiplication(), rows, sketch.weights([40, 7]))
    try expectAgreement(sketch.finish(all: [y, try #require(last)]))
  }

  /// Layers with more to them are right all the same.
  @Test func recursWithoutKernels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([5, 2, 6])
    let (w, r) = (try sketch.weights([1, 4 * 8, 6]), try sketch.weights([1, 4 * 8, 8]))
    let peepholes = try sketch.weights([1, 24])
    let lengths = try sketch.constant(Tensor([Int32(5), 3], shape: [2]))
    let results = [
      try sketch.nodes(LongShortTermMemory(clip: 0.5), [x, w, r], outputs: 1)[0],
      try sketch.nodes(LongShortTermMemory(couplesGates: true), [x, w, r], outputs: 1)[0],
      try sketch.nodes(LongShortTermMemory(), [x, w, r, nil, lengths], outputs: 1)[0],
      try sketch.nodes(LongShortTermMemory(), [x, w, r, nil, nil, nil, nil, peepholes], outputs: 1)[0],
      try sketch.nodes(LongShortTermMemory(), [x, w, try sketch.input([1, 32, 8], "r")], outputs: 1)[0],
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }
}
