import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Activations at infinities, NaN, zeros of both signs, subnormals, and the largest numbers, as ONNX's formulas have them in
/// IEEE arithmetic.
@Suite struct EngineExtremeTests {
  /// An activation and its formula (ONNX's function bodies, operator set 24).
  struct Formula: Sendable, CustomTestStringConvertible {
    let operation: any Operator
    let value: @Sendable (Double) -> Double
    var testDescription: String { operation.signature.name }
  }

  static let formulas: [Formula] = [
    Formula(operation: Relu()) { $0 < 0 ? 0 : $0 },
    Formula(operation: LeakyRelu(alpha: 0.25)) { $0 < 0 ? 0.25 * $0 : $0 },
    Formula(operation: Sigmoid()) { 1 / (1 + exp(-$0)) },
    Formula(operation: HardSigmoid(alpha: 0.25, beta: 0.5)) { limited($0 * 0.25 + 0.5) },
    Formula(operation: HardSwish()) { $0 * limited($0 / 6 + 0.5) },
    Formula(operation: Swish()) { $0 * (1 / (1 + exp(-$0))) },
    Formula(operation: Tanh()) { tanh($0) },
    Formula(operation: Elu()) { $0 < 0 ? expm1($0) : $0 },
    Formula(operation: Gelu()) { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) },
    Formula(operation: Mish()) { $0 * tanh(log1p(exp($0))) },
  ]

  private static func limited(_ x: Double) -> Double { x < 0 ? 0 : x > 1 ? 1 : x }

  static let extremes: [Float] = [
    .nan, .infinity, -.infinity, 0, -0.0, 0x1p-149, -0x1p-149, 0x1p-126, -0x1p-126, 1e-30, -1e-30, 1e10, -1e10,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 80, -80, 20, -20,
  ]

  @Test(arguments: formulas) func activationsAtExtremes(_ formula: Formula) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(Self.extremes, shape: [1, Self.extremes.count, 1, 1]))
    try sketch.end([try sketch.node(formula.operation, x)])
    let inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    let expected = Self.extremes.map { formula.value(Double($0)) }
    try check(ReferenceEvaluator(sketch.graph).run(inputs), expected, "reference")
    for set in instructionSets {
      let engine = try Engine(sketch.graph, options: EngineOptions(threads: 1, instructionSet: set))
      #expect(engine.referenceSteps == [])
      try check(engine.run(inputs), expected, "\(set)")
    }
  }

  private func check(_ results: [RuntimeValue], _ expected: [Double], _ way: String) throws {
    let actual = try #require(results.first?.tensor).values(as: Double.self)
    #expect(actual.count == expected.count)
    for (index, (a, e)) in zip(actual, expected).enumerated() {
      // Both have the absolute error of a rounding of the argument.
      let isSame =
        a == e || a.isNaN && e.isNaN
        || abs(a - e) <= 0x1p-149 + 1e-6 * abs(e) + 1e-7 * min(1, abs(Double(Self.extremes[index])))
      #expect(isSame, "\(way) at \(Self.extremes[index]): \(a), not \(e)")
    }
  }

  /// `x / (1 + α/n Σ x²)^β` (ONNX's LRN): infinity over infinity is NaN, and a number over infinity 0.
  @Test func responseNormalizationAtInfinity() throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor([.infinity, 1, 2e19, 0, -.infinity, 3] as [Float], shape: [1, 1, 2, 3]))
    let operation = LocalResponseNormalization(size: 1, alpha: 1, beta: 0.75, bias: 1)
    try sketch.end([try sketch.node(operation, x)])
    let inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    let expected = [.nan, 0.5946036, 0, 0, .nan, 0.5334838]
    for set in instructionSets {
      let engine = try Engine(sketch.graph, options: EngineOptions(threads: 1, instructionSet: set))
      #expect(engine.referenceSteps == [])
      let actual = try #require(engine.run(inputs).first?.tensor).values(as: Double.self)
      for (a, e) in zip(actual, expected) { #expect(abs(a - e) < 1e-6 || a.isNaN && e.isNaN, "\(set): \(a), not \(e)") }
    }
  }

  /// An infinity and a NaN reach the outputs whose windows hold them, and no others, whatever algorithm is chosen.
  @Test(arguments: [[1, 64, 28, 28], [1, 64, 13, 13], [2, 32, 33, 31]]) func winogradKeepsInfinitiesInPlace(
    _ shape: [Int]
  ) throws {
    var sketch = GraphSketch()
    var random = SplitMix(seed: 3)
    var numbers = random.numbers(shape.reduce(1, *))
    let row = shape[3]
    (numbers[5 * row + 6], numbers[11 * row + 2], numbers[numbers.count - 1]) = (.infinity, .nan, -.infinity)
    let x = try sketch.input(Tensor(numbers, shape: shape))
    let y = try sketch.convolution(x, shape[1], 48, kernel: [3, 3], window: .padded(1), bias: true)
    try sketch.end([try sketch.node(Relu(), y)])
    let inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    let expected = try #require(ReferenceEvaluator(sketch.graph).run(inputs).first?.tensor).values(as: Double.self)
    #expect(expected.filter { !$0.isFinite }.count < expected.count / 4)
    for set in instructionSets {
      for threads in [1, 2] {
        let engine = try Engine(sketch.graph, options: EngineOptions(threads: threads, instructionSet: set))
        #expect(engine.description.contains("winograd"))
        let actual = try #require(engine.run(inputs).first?.tensor).values(as: Double.self)
        let odd = actual.indices.first { index in
          let (a, e) = (actual[index], expected[index])
          return !(a == e || a.isNaN && e.isNaN || abs(a - e) <= 1e-4)
        }
        #expect(
          odd == nil, "\(set), \(threads) threads: \(odd.map { "\(actual[$0]), not \(expected[$0]), at \($0)" } ?? "")")
      }
    }
  }

  /// Groups that share a block, and channels of a block of which a convolution reads others, do not meet.
  @Test(arguments: [1, 3]) func groupsKeepInfinitiesApart(_ kernel: Int) throws {
    var sketch = GraphSketch()
    var random = SplitMix(seed: 4)
    var numbers = random.numbers(36 * 7 * 9)
    (numbers[63 * 2 + 20], numbers[63 * 9 + 3], numbers[63 * 33 + 40]) = (.infinity, .nan, -.infinity)
    let x = try sketch.input(Tensor(numbers, shape: [1, 36, 7, 9]))
    let window = SpatialWindow.padded(kernel / 2)
    let grouped = try sketch.convolution(x, 36, 72, kernel: [kernel, kernel], window: window, groups: 9, bias: true)
    let slice = try sketch.node(
      Slicing(), sketch.node(Relu(), x), sketch.integers([4]), sketch.integers([32]), sketch.integers([1]))
    let partial = try sketch.convolution(slice, 28, 16, kernel: [kernel, kernel], window: window)
    try sketch.end([try sketch.node(Sigmoid(), grouped), partial])
    let inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    let expected = try ReferenceEvaluator(sketch.graph).run(inputs)
    for set in instructionSets {
      let engine = try Engine(sketch.graph, options: EngineOptions(threads: 1, instructionSet: set))
      for (a, e) in zip(try engine.run(inputs), expected) {
        let (x, y) = (try a.tensor?.values(as: Double.self) ?? [], try e.tensor?.values(as: Double.self) ?? [])
        #expect(x.count == y.count && y.filter { !$0.isFinite }.count < y.count / 2)
        let odd = x.indices.first { !(x[$0] == y[$0] || x[$0].isNaN && y[$0].isNaN || abs(x[$0] - y[$0]) <= 1e-4) }
        #expect(odd == nil, "\(set): \(odd.map { "\(x[$0]), not \(y[$0]), at \($0)" } ?? "")\n\(engine.description)")
      }
    }
  }

  /// `(x - mean) / √(variance + ε) · γ + β` (ONNX's BatchNormalization) with an infinite factor.
  @Test func normalizationByAnInfiniteFactor() throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor([3, -2, 0.5, 4] as [Float], shape: [1, 2, 1, 2]))
    let numbers: [[Float]] = [[.infinity, 2], [1, 1], [1, 0], [4, 1]]
    let constants = try numbers.map { sketch.constant(try Tensor($0, shape: [2])) }
    try sketch.end([try sketch.nodes(BatchNormalization(epsilon: 0), [x] + constants, outputs: 1)[0]])
    let inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    for set in instructionSets {
      let engine = try Engine(sketch.graph, options: EngineOptions(threads: 1, instructionSet: set))
      #expect(try engine.run(inputs).first?.tensor?.values(as: Float.self) == [.infinity, -.infinity, 2, 9], "\(set)")
    }
  }
}
