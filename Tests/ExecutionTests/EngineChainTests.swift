import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Operators that work element by element, and chains of them, against the reference evaluation.
@Suite(.serialized) struct EngineChainTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operator
    init(_ name: String, _ operation: any Operator) { (testDescription, self.operation) = (name, operation) }
  }

  static let unary: [Case] = [
    Case("abs", AbsoluteValue()), Case("negate", Negate()), Case("exp", Exp()), Case("erf", ErrorFunction()),
    Case("floor", Floor()), Case("ceiling", Ceiling()), Case("round", Round()), Case("sign", Sign()),
    Case("softplus", Softplus()), Case("softsign", Softsign()), Case("selu", Selu()), Case("tanh", Tanh()),
    Case("gelu", Gelu()), Case("gelu by tanh", Gelu(approximation: .tanh)), Case("sigmoid", Sigmoid()),
    Case("threshold", ThresholdedRelu(alpha: 0.25)), Case("relu", Relu()), Case("hard swish", HardSwish()),
    Case("mish", Mish()), Case("elu", Elu(alpha: 0.5)), Case("reciprocal", Reciprocal()), Case("log", Log()),
    Case("sqrt", Sqrt()),
  ]

  static let binary: [Case] = [
    Case("add", Add()), Case("subtract", Subtract()), Case("multiply", Multiply()), Case("divide", Divide()),
    Case("max", Maximum()), Case("min", Minimum()), Case("power", Power()), Case("sum", Sum()),
  ]

  /// Ranks from none to seven, sizes around the blocks'.
  static let shapes: [[Int]] = [
    [], [1], [17], [511], [3, 171], [1, 5, 103], [2, 3, 4, 5, 6], [1, 2, 1, 3, 2, 1, 90], [2, 9, 7, 11],
  ]

  @Test(arguments: unary) func computesOneOperand(_ one: Case) throws {
    for shape in Self.shapes {
      var sketch = GraphSketch(seed: shape.count + 1)
      var x = try sketch.input(shape, scale: 3)
      // Where functions are not defined the reference says so, too; here it is about the numbers.
      if one.operation is Log || one.operation is Sqrt || one.operation is Reciprocal {
        x = try sketch.node(Add(), sketch.node(AbsoluteValue(), x), sketch.number(0.25))
      }
      try expectAgreement(sketch.finish(sketch.node(one.operation, x)), "\(one.testDescription) \(shape)")
    }
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    let a: [Int]
    let b: [Int]
    var testDescription: String { "\(a) \(b)" }
  }

  static let pairs: [Pair] = [
    Pair(a: [1030], b: [1030]), Pair(a: [5, 7, 11], b: []), Pair(a: [5, 7, 11], b: [11]),
    Pair(a: [5, 7, 11], b: [7, 1]), Pair(a: [5, 7, 11], b: [5, 1, 1]), Pair(a: [5, 1, 11], b: [1, 7, 1]),
    Pair(a: [7, 1], b: [1, 700]), Pair(a: [3, 1, 600], b: [5, 1]), Pair(a: [2, 3, 1, 2, 3], b: [3, 4, 1, 1]),
    Pair(a: [2, 1, 3, 1, 5, 1], b: [1, 2, 1, 4, 1, 3]), Pair(a: [1, 1], b: [1]), Pair(a: [2, 900], b: [900]),
  ]

  @Test(arguments: binary, pairs) func broadcasts(_ join: Case, _ pair: Pair) throws {
    var sketch = GraphSketch(seed: pair.a.count)
    let (a, b) = (try sketch.input(pair.a, "a"), try sketch.input(pair.b, "b"))
    let (x, y) = (try sketch.node(Exp(), a), try sketch.node(Exp(), b))
    let constant = try sketch.weights(pair.b)
    let sample = try sketch.finish(
      sketch.node(join.operation, x, y), sketch.node(join.operation, y, x), sketch.node(join.operation, x, constant))
    try expectAgreement(sample, "\(join.testDescription)")
  }

  /// Truth values stay inside of a chain; constants of them come in.
  @Test func selects() throws {
    var sketch = GraphSketch()
    let (a, b) = (try sketch.input([3, 70, 5], "a"), try sketch.input([70, 5], "b"))
    let mask = sketch.constant(try Tensor((0..<70).map { $0 % 3 == 0 }, shape: [70, 1]), "mask")
    let zero = try sketch.number(0)
    var results: [ValueID] = [try sketch.node(Where(), mask, a, b)]
    let comparisons: [any Operator] = [Less(), LessOrEqual(), Greater(), GreaterOrEqual(), Equal()]
    for comparison in comparisons {
      let rounded = [try sketch.node(Round(), a), try sketch.node(Round(), b)]
      let holds = try sketch.node(comparison, rounded[0], rounded[1])
      let also = try sketch.node(LogicalOr(), sketch.node(LogicalNot(), holds), sketch.node(Less(), a, zero))
      results.append(try sketch.node(Where(), also, sketch.node(Exp(), a), zero))
      let number = try sketch.node(Cast(to: .float32), sketch.node(comparison, a, b))
      results.append(try sketch.node(Multiply(), number, a))
    }
    // A cast to single precision is one in the reference, too.
    try expectAgreement(sketch.finish(all: results), isWide: false)
  }

  @Test func clips() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([3, 5, 7])
    let (low, high) = (
      try sketch.node(Negate(), sketch.input([], "low")), try sketch.node(AbsoluteValue(), sketch.input([], "high"))
    )
    try expectAgreement(
      sketch.finish(
        sketch.node(Clip(), x, low, high), sketch.node(Clip(), x, nil, high), sketch.node(Clip(), x, low),
        sketch.node(Clip(), x, sketch.number(-0.5), high), sketch.node(Clip(), x, sketch.number(-0.5))))
  }

  @Test(arguments: [[4, 6, 9], [4, 6, 6], [2, 3, 4, 5, 6], [8, 6]]) func slopes(shape: [Int]) throws {
    var sketch = GraphSketch(seed: shape.count)
    let x = try sketch.input(shape)
    let channels = Array(repeating: 1, count: 0) + [shape[1]] + shape.dropFirst(2).map { _ in 1 }
    try expectAgreement(
      sketch.finish(
        sketch.node(PRelu(), x, sketch.weights(channels)), sketch.node(PRelu(), x, sketch.weights([shape[1]])),
        sketch.node(PRelu(), x, sketch.weights([1])), sketch.node(PRelu(), x, sketch.weights(shape))))
  }

  // MARK: Chains

  /// Exporters write Gelu so: one step.
  @Test(arguments: [false, true]) func findsGelu(byTanh: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 33, 50])
    let inner: ValueID
    if byTanh {
      let cube = try sketch.node(Power(), x, sketch.number(3))
      let sum = try sketch.node(Add(), x, sketch.node(Multiply(), cube, sketch.number(0.044715)))
      inner = try sketch.node(Tanh(), sketch.node(Multiply(), sum, sketch.number(0.797_884_6)))
    } else {
      inner = try sketch.node(ErrorFunction(), sketch.node(Divide(), x, sketch.number(1.414_213_5)))
    }
    let gate = try sketch.node(Add(), inner, sketch.number(1))
    let y = try sketch.node(Multiply(), sketch.node(Multiply(), x, gate), sketch.number(0.5))
    let sample = try sketch.finish(y)
    try expectAgreement(sample)
    #expect(try Engine(sample.graph).description.contains("steps: 1 chain\n"))
  }

  /// Longer than a chain may be, with more operands than one may have, and results that outside readers want, too.
  @Test func endsChains() throws {
    var sketch = GraphSketch()
    var values = [try sketch.input([5, 130])]
    for index in 0..<20 {
      let other = try sketch.input([index % 2 == 0 ? 5 : 1, 130], "i\(index)")
      values.append(try sketch.node(Add(), sketch.node(Tanh(), values[index]), other))
    }
    for index in 0..<40 { values.append(try sketch.node(Maximum(), values[index], values[values.count - 1])) }
    let wide = try sketch.nodes(Maximum(), Array(values.suffix(30)), outputs: 1)[0]
    try expectAgreement(sketch.finish(wide, values[7], values[values.count - 1]))
  }

  /// What several threads compute has the bits that one computes.
  @Test func isTheSameOnAnyNumberOfThreads() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([7, 90, 331])
    let y = try sketch.node(Divide(), sketch.node(Exp(), x), sketch.node(Add(), x, sketch.weights([331])))
    let sample = try sketch.finish(sketch.node(ErrorFunction(), y))
    let inputs = sample.inputs.map { RuntimeValue.tensor($0) }
    for set in instructionSets {
      let one = try Engine(sample.graph, options: EngineOptions(threads: 1, instructionSet: set)).run(inputs)
      for threads in [2, 3, 5] {
        let more = try Engine(sample.graph, options: EngineOptions(threads: threads, instructionSet: set))
        #expect(try bits(more.run(inputs)) == bits(one), "\(set), \(threads) threads")
      }
    }
  }

  // MARK: Images in blocks

  /// Between convolutions nothing is unpacked, and lanes without a channel stay finite.
  @Test(arguments: [5, 16, 37]) func staysInBlocks(channels: Int) throws {
    for (images, extents) in [(1, [1, 1]), (2, [7, 9]), (1, [23, 40])] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.input([images, 4] + extents)
      let (a, b) = (
        try sketch.convolution(x, 4, channels, kernel: [1, 1], bias: true),
        try sketch.convolution(x, 4, channels, kernel: [3, 3], window: .padded(1))
      )
      let positive = try sketch.node(
        Add(), sketch.node(AbsoluteValue(), a), sketch.weights([channels, 1, 1], scale: 0.1))
      let logarithm = try sketch.node(Log(), sketch.node(Add(), positive, sketch.number(0.5)))
      let gate = try sketch.node(GlobalAveragePooling(), b)
      let y = try sketch.node(Multiply(), sketch.node(Divide(), logarithm, sketch.node(Exp(), b)), gate)
      let z = try sketch.convolution(y, channels, 9, kernel: [3, 3], window: .padded(1))
      let sample = try sketch.finish(z)
      try expectAgreement(sample, "\(extents)")
      if extents == [1, 1] { continue }
      let plan = try Engine(sample.graph).description
      #expect(plan.contains(" blocked chain") && plan.contains(", 1 unpack"), "\(plan)")
    }
  }

  /// What blocks do not have is unpacked: numbers by row and column, and by image alone.
  @Test(arguments: [[7, 9], [9], [2, 1, 1, 1], [1, 21, 7, 9], [2, 1, 7, 9]] as [[Int]])
  func leavesBlocks(shape: [Int]) throws {
    var sketch = GraphSketch(seed: shape.count)
    let x = try sketch.input([2, 4, 7, 9])
    let a = try sketch.convolution(x, 4, 21, kernel: [1, 1], bias: true)
    let y = try sketch.node(Divide(), a, sketch.node(Exp(), sketch.input(shape, "other")))
    try expectAgreement(sketch.finish(sketch.convolution(y, 21, 9, kernel: [3, 3], window: .padded(1)), y))
  }
}
