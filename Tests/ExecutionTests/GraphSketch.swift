import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// A graph written down node by node, with seeded random constants.
struct GraphSketch {
  private(set) var graph = Graph(name: "g")
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func input(_ shape: [Int], _ name: String = "x", _ type: ElementType = .float32) throws -> ValueID {
    var value = Value(name, type: .tensor(type, shape.map(Dimension.fixed)))
    value.declaredType = value.type
    let id = try graph.addValue(value)
    graph.inputs.append(id)
    return id
  }

  mutating func constant(_ tensor: Tensor) -> ValueID { graph.addConstant(tensor, hint: "constant") }

  mutating func integers(_ values: [Int]) throws -> ValueID {
    constant(try Tensor(values.map(Int64.init), shape: [values.count]))
  }

  /// Numbers between `low` and `high`.
  mutating func numbers(_ shape: [Int], from low: Float = -1, to high: Float = 1) throws -> ValueID {
    constant(try Tensor.random(shape, from: low, to: high, &random))
  }

  @discardableResult
  mutating func node(_ operation: any Operator, _ inputs: ValueID?...) throws -> ValueID {
    try nodes(operation, inputs, outputs: 1)[0]
  }

  mutating func nodes(_ operation: any Operator, _ inputs: [ValueID?], outputs count: Int) throws -> [ValueID] {
    let outputs = try (0..<count).map { _ in try graph.addValue(Value("")) }
    graph.nodes.append(Node("", operation, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// A convolution with random weights of about unit gain.
  mutating func convolution(
    _ input: ValueID, _ channels: Int, _ filters: Int, _ kernel: [Int] = [1, 1], groups: Int = 1,
    strides: [Int] = [1, 1], dilations: [Int] = [1, 1], pads: [Int] = [0, 0, 0, 0],
    autoPad: SpatialWindow.AutoPad = .explicit, hasBias: Bool = true
  ) throws -> ValueID {
    let scale = 1 / Float(channels / groups * kernel[0] * kernel[1]).squareRoot()
    let weights = try numbers([filters, channels / groups] + kernel, from: -2 * scale, to: 2 * scale)
    let bias = hasBias ? try numbers([filters]) : nil
    let window = SpatialWindow(
      strides: strides, dilations: dilations, pads: autoPad == .explicit ? pads : nil, autoPad: autoPad)
    return try node(Convolution(window: window, groups: groups), input, weights, bias)
  }

  /// A 1×1 or other convolution that keeps the extent, on whatever channels the value has.
  mutating func layer(_ input: ValueID, _ filters: Int, kernel: Int = 1) throws -> ValueID {
    try infer()
    let channels = graph[input].type.tensor?.fixedShape?[1] ?? 0
    let pad = kernel / 2
    return try convolution(input, channels, filters, [kernel, kernel], pads: [pad, pad, pad, pad])
  }

  mutating func infer() throws {
    var inference = TypeInference()
    try inference.infer(&graph)
  }

  mutating func finish(_ outputs: ValueID...) throws -> Graph {
    graph.outputs = outputs
    try graph.verify()
    try infer()
    return graph
  }

  /// A value for each input, between `-scale` and `scale`.
  mutating func values(scale: Float = 1) throws -> [RuntimeValue] {
    try graph.requiredInputs.map { id in
      let shape = try #require(graph[id].type.tensor?.fixedShape)
      return .tensor(try Tensor.random(shape, from: -scale, to: scale, &random))
    }
  }
}

extension Tensor {
  static func random(_ shape: [Int], from low: Float, to high: Float, _ random: inout SplitMix) throws -> Tensor {
    try Tensor(.float32, shape: shape) { (target: UnsafeMutableBufferPointer<Float>) in
      for i in target.indices { target[i] = low + (high - low) * Float(random.uniform()) }
    }
  }
}

/// SplitMix64, so that every run is alike.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
  mutating func pick<T>(_ values: [T]) -> T { values[integer(0...values.count - 1)] }
}

/// The instruction sets that this CPU has.
let instructionSets = EngineOptions.InstructionSet.allCases.filter {
  $0.rawValue <= EngineOptions.InstructionSet.best.rawValue
}

/// Runs a graph by the engine with every instruction set, on one and two threads, and expects what the reference
/// evaluation gives, within 2e-5 of the largest magnitude.
/// - Parameter references: how many nodes may be left to the reference path.
func expectAgreement(
  _ graph: Graph, _ inputs: [RuntimeValue], references: Int = 0, _ comment: Comment? = nil,
  location: SourceLocation = #_sourceLocation
) throws {
  let expected = try ReferenceEvaluator(graph).run(inputs).map { try #require($0.tensor) }
  for set in instructionSets {
    for threads in set == .best ? [1, 2] : [2] {
      let engine = try Engine(graph, options: EngineOptions(threads: threads, instructionSet: set))
      #expect(engine.referenceSteps.count == references, comment, sourceLocation: location)
      let first = try engine.run(inputs)
      let second = try engine.run(inputs)
      for (index, reference) in expected.enumerated() {
        let actual = try #require(first[index].tensor)
        #expect(actual.shape == reference.shape, comment, sourceLocation: location)
        let error = try relativeError(actual, reference)
        #expect(error <= 2e-5, "\(set), \(threads) threads: \(comment?.rawValue ?? "")", sourceLocation: location)
        let repeated = try #require(second[index].tensor)
        let isSame = actual.withBytes { a in repeated.withBytes { b in a.elementsEqual(b) } }
        #expect(isSame, comment, sourceLocation: location)
      }
    }
  }
}

/// The largest difference relative to the largest magnitude; infinite where one is NaN and the other is not.
func relativeError(_ actual: Tensor, _ expected: Tensor) throws -> Double {
  let (a, b) = (try actual.values(as: Double.self), try expected.values(as: Double.self))
  guard a.count == b.count else { return .infinity }
  var (difference, scale) = (0.0, 1e-6)
  for (x, y) in zip(a, b) where x != y && !(x.isNaN && y.isNaN) {
    difference = max(difference, (x - y).isNaN ? .infinity : abs(x - y))
  }
  for y in b where y.isFinite { scale = max(scale, abs(y)) }
  return difference / scale
}
