import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

@Suite struct RecognitionTests {
  static let samples: [Sample] = [
    Sample("HardSigmoid by six", becomes: ["HardSigmoid"]) {
      try $0.node(Divide(), $0.node(Clip(), $0.node(Add(), $0.number(3), $1), $0.number(0), $0.number(6)), $0.number(6))
    },
    Sample("HardSigmoid of a line", becomes: ["HardSigmoid"]) {
      try $0.node(
        Clip(), $0.node(Add(), $0.node(Multiply(), $1, $0.number(0.2)), $0.number(0.5)), $0.number(0), $0.number(1))
    },
    Sample("HardSigmoid by Min and Relu", becomes: ["HardSigmoid"]) {
      try $0.node(
        Multiply(), $0.number(1 / 6),
        $0.node(Minimum(), $0.node(Relu(), $0.node(Add(), $1, $0.number(3))), $0.number(6)))
    },
    Sample("HardSwish, product first", becomes: ["HardSwish"]) {
      let gate = try $0.node(Clip(), $0.node(Add(), $1, $0.number(3)), $0.number(0), $0.number(6))
      return try $0.node(Divide(), $0.node(Multiply(), $1, gate), $0.number(6))
    },
    Sample("HardSwish, division first", becomes: ["HardSwish"]) {
      let gate = try $0.node(Clip(), $0.node(Add(), $0.number(3), $1), $0.number(0), $0.number(6))
      return try $0.node(Multiply(), $0.node(Divide(), gate, $0.number(6)), $1)
    },
    Sample("HardSwish, input scaled", becomes: ["HardSwish"]) {
      let gate = try $0.node(Clip(), $0.node(Add(), $0.number(3), $1), $0.number(0), $0.number(6))
      return try $0.node(Multiply(), gate, $0.node(Multiply(), $1, $0.number(1 / 6)))
    },
    Sample("HardSwish of HardSigmoid", becomes: ["HardSwish"]) {
      try $0.node(Multiply(), $1, $0.node(HardSigmoid(alpha: 1 / 6, beta: 0.5), $1))
    },
    Sample("Swish", becomes: ["Swish"]) { try $0.node(Multiply(), $1, $0.node(Sigmoid(), $1)) },
    Sample("Swish, turned round", becomes: ["Swish"]) { try $0.node(Multiply(), $0.node(Sigmoid(), $1), $1) },
    Sample("Swish with a slope", becomes: ["Swish"]) {
      try $0.node(Multiply(), $0.node(Sigmoid(), $0.node(Multiply(), $0.number(1.702), $1)), $1)
    },
    Sample("Mish", becomes: ["Mish"]) { try $0.node(Multiply(), $1, $0.node(Tanh(), $0.node(Softplus(), $1))) },
    Sample("Mish by logarithm", becomes: ["Mish"]) {
      let softplus = try $0.node(Log(), $0.node(Add(), $0.number(1), $0.node(Exp(), $1)))
      return try $0.node(Multiply(), $0.node(Tanh(), softplus), $1)
    },
    Sample("Gelu", becomes: ["Gelu"]) {
      let integral = try $0.node(ErrorFunction(), $0.node(Divide(), $1, $0.number(1.4142135)))
      let sum = try $0.node(Add(), integral, $0.number(1))
      return try $0.node(Multiply(), $0.node(Multiply(), $1, sum), $0.number(0.5))
    },
    Sample("Gelu, half first", becomes: ["Gelu"]) {
      let integral = try $0.node(ErrorFunction(), $0.node(Multiply(), $0.number(0.70710678), $1))
      let sum = try $0.node(Add(), $0.number(1), integral)
      return try $0.node(Multiply(), $0.node(Multiply(), $1, $0.number(0.5)), sum)
    },
    Sample("Gelu, half of the sum", becomes: ["Gelu"]) {
      let integral = try $0.node(ErrorFunction(), $0.node(Multiply(), $1, $0.number(0.70710678)))
      let sum = try $0.node(Multiply(), $0.number(0.5), $0.node(Add(), $0.number(1), integral))
      return try $0.node(Multiply(), sum, $1)
    },
    Sample("Gelu by tanh", becomes: ["Gelu"]) {
      let cube = try $0.node(Multiply(), $0.node(Power(), $1, $0.number(3)), $0.number(0.044715))
      let inside = try $0.node(Multiply(), $0.number(0.7978845608), $0.node(Add(), $1, cube))
      let sum = try $0.node(Add(), $0.number(1), $0.node(Tanh(), inside))
      return try $0.node(Multiply(), $0.node(Multiply(), $0.number(0.5), $1), sum)
    },
    Sample("Gelu by tanh, products", becomes: ["Gelu"]) {
      let square = try $0.node(Multiply(), $0.node(Multiply(), $1, $1), $0.number(0.044715))
      let line = try $0.node(Multiply(), $1, $0.node(Add(), square, $0.number(1)))
      let inside = try $0.node(Multiply(), line, $0.number(0.7978846))
      let sum = try $0.node(Add(), $0.node(Tanh(), inside), $0.number(1))
      return try $0.node(Multiply(), $1, $0.node(Multiply(), sum, $0.number(0.5)))
    },
    Sample("Softmax", becomes: ["Softmax"]) {
      let powers = try $0.node(Exp(), $0.node(Subtract(), $1, $0.node(ReduceMaximum(), $1, $0.integers([1]))))
      return try $0.node(Divide(), powers, $0.node(ReduceSum(), powers, $0.integers([-3])))
    },
    Sample("Softmax, bare", becomes: ["Softmax"]) {
      let powers = try $0.node(Exp(), $1)
      return try $0.node(Divide(), powers, $0.node(ReduceSum(), powers, $0.integers([3])))
    },
    Sample("GlobalAveragePool", becomes: ["GlobalAveragePool"]) {
      try $0.node(ReduceMean(), $1, $0.integers([-1, 2]))
    },
  ]

  static let others: [Sample] = [
    Sample("another gate", becomes: ["Add", "Clip", "Mul"]) {
      try $0.node(Multiply(), $1, $0.node(Clip(), $0.node(Add(), $1, $0.number(3)), $0.number(0), $0.number(6)))
    },
    Sample("a rounded constant", becomes: ["Mul", "Erf", "Add", "Mul", "Mul"]) {
      let integral = try $0.node(ErrorFunction(), $0.node(Multiply(), $1, $0.number(0.7071)))
      let sum = try $0.node(Multiply(), $0.number(0.5), $0.node(Add(), $0.number(1), integral))
      return try $0.node(Multiply(), sum, $1)
    },
    Sample("twice Swish", becomes: ["Mul", "Sigmoid", "Mul"]) {
      try $0.node(Multiply(), $0.node(Multiply(), $0.number(2), $1), $0.node(Sigmoid(), $1))
    },
    Sample("a sum without its axis", becomes: ["Exp", "ReduceSum", "Div"]) {
      let powers = try $0.node(Exp(), $1)
      return try $0.node(Divide(), powers, $0.node(ReduceSum(keepsAxes: false), powers, $0.integers([0])))
    },
    Sample("a mean without its axes", becomes: ["ReduceMean"]) {
      try $0.node(ReduceMean(keepsAxes: false), $1, $0.integers([2, 3]))
    },
    Sample("a mean over one axis", becomes: ["ReduceMean"]) { try $0.node(ReduceMean(), $1, $0.integers([2])) },
  ]

  static var passes: [any Pass] {
    [
      RecognizeHardSigmoid(), RecognizeHardSwish(), RecognizeSwish(), RecognizeMish(), RecognizeGelu(),
      RecognizeSoftmax(), RecognizeGlobalAveragePooling(), RemoveDeadCode(),
    ]
  }

  @Test(arguments: samples + others) func recognizes(sample: Sample) throws {
    #expect(try rewritten(sample.graph(), Self.passes, tolerance: 2e-5).graph.operators == sample.expected)
  }

  private static let old: [(String, Int, Refusal)] = [
    (
      "HardSwish of HardSigmoid", 13,
      .operatorSet(needed: 14, given: 13, for: "HardSwish")
    ),
    ("Swish", 17, .operatorSet(needed: 24, given: 17, for: "Swish")),
    ("Mish", 17, .operatorSet(needed: 18, given: 17, for: "Mish")),
    ("Gelu", 19, .operatorSet(needed: 20, given: 19, for: "Gelu")),
    ("Softmax", 12, .operatorSet(needed: 13, given: 12, for: "a softmax before the last axis")),
  ]

  @Test(arguments: old) func refusesForOldOperatorSets(name: String, operatorSet: Int, reason: Refusal) throws {
    let graph = try #require(Self.samples.first { $0.testDescription == name }).graph()
    let (result, refusals) = try rewritten(graph, Self.passes, operatorSet: operatorSet)
    #expect(result.operators == graph.operators)
    #expect(refusals == [reason])
  }

  /// Older versions get the product.
  @Test(arguments: ["product first", "division first", "input scaled"]) func writesAnOldHardSwish(name: String) throws {
    let graph = try #require(Self.samples.first { $0.testDescription == "HardSwish, \(name)" }).graph()
    let (result, _) = try rewritten(graph, RecognizeHardSwish(), operatorSet: 9, tolerance: 2e-5)
    #expect(result.operators == ["HardSigmoid", "Mul"])
  }

  /// What something else reads, too, must stay.
  @Test func refusesSharedValues() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let gate = try sketch.named(Sigmoid(), [x], "gate")
    let y = try sketch.node(Multiply(), x, gate)
    let (graph, refusals) = try rewritten(sketch.finish(y, sketch.node(Exp(), gate, name: "exp")), RecognizeSwish())
    #expect(graph.operators == ["Sigmoid", "Mul", "Exp"])
    #expect(refusals == [.inUse(.reader("gate", node: "node 'exp' (Exp)"))])
  }

  /// `float16` rounds the published constants by more than a part in a million.
  @Test func recognizesRoundedConstants() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3], "x", .float16)
    func number(_ value: Float) throws -> ValueID {
      try sketch.constant(Tensor(scalar: value).converted(to: .float16))
    }
    let integral = try sketch.node(ErrorFunction(), sketch.node(Divide(), x, number(1.4142135)))
    let sum = try sketch.node(Add(), integral, number(1))
    let y = try sketch.node(Multiply(), sketch.node(Multiply(), x, sum), number(0.5))
    #expect(try rewritten(sketch.finish(y), RecognizeGelu(), tolerance: 2e-3).graph.operators == ["Gelu"])
  }
}
