import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// The errors of vector functions that the documentation states, over all of single precision: every exponent with both
/// signs and many mantissas, zeros, subnormals, infinities and NaN. What is expected is computed in double precision.
@Suite struct FunctionErrorTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operator
    /// Units in the last place.
    let error: Double
    /// What is allowed for results that are no normal numbers, or are differences of larger ones.
    let slack: @Sendable (Float) -> Double
    let value: @Sendable (Double) -> Double

    init(
      _ name: String, _ operation: any Operator, error: Double,
      slack: @escaping @Sendable (Float) -> Double = { _ in 0 }, _ value: @escaping @Sendable (Double) -> Double
    ) {
      (testDescription, self.operation, self.error) = (name, operation, error)
      (self.slack, self.value) = (slack, value)
    }
  }

  static let functions: [Function] = [
    Function("exp", Exp(), error: 1.01) { exp($0) },
    Function("log", Log(), error: 0.8) { $0 < 0 ? .nan : log($0) },
    Function("erf", ErrorFunction(), error: 3.3) { erf($0) },
    Function("tanh", Tanh(), error: 2.6) { tanh($0) },
    Function("sigmoid", Sigmoid(), error: 2.5, slack: { _ in 0x1p-126 }) { 1 / (1 + exp(-$0)) },
    Function("softplus", Softplus(), error: 1.8) { max($0, 0) + log1p(exp(-abs($0))) },
    Function("elu", Elu(), error: 1) { $0 < 0 ? expm1($0) : $0 },
    Function("sqrt", Sqrt(), error: 0.5) { $0.squareRoot() },
    Function("reciprocal", Reciprocal(), error: 0.5) { 1 / $0 },
    Function("gelu", Gelu(), error: 2, slack: gaussianSlack) { $0 * 0.5 * (1 + erf($0 * 0.5.squareRoot())) },
    Function("gelu by tanh", Gelu(approximation: .tanh), error: 2, slack: gaussianSlack) {
      $0 * 0.5 * (1 + tanh(0.797_884_560_802_865_4 * ($0 + 0.044715 * $0 * $0 * $0)))
    },
  ]

  /// A rounding error of the argument.
  private static let gaussianSlack: @Sendable (Float) -> Double = { 1.3e-7 * Double(abs($0)) }

  /// Every exponent and sign, 96 mantissas each.
  static let numbers: [Float] = {
    var random = SplitMix(seed: 4)
    var list: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 1, -1, 0x1p-149, -0x1p-149]
    for head in 0..<UInt32(512) {
      for _ in 0..<96 { list.append(Float(bitPattern: head << 23 | UInt32(random.next() & 0x7F_FFFF))) }
    }
    return list
  }()

  @Test(arguments: functions) func staysWithinItsError(_ function: Function) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(Self.numbers, shape: [Self.numbers.count]))
    let sample = try sketch.finish(sketch.node(function.operation, x))
    for set in instructionSets {
      let results = try run(sample, set)
      var (worst, place) = (0.0, 0)
      for (index, (number, result)) in zip(Self.numbers, results).enumerated() {
        let error = Self.error(of: result, expected: function.value(Double(number)), slack: function.slack(number))
        if error > worst { (worst, place) = (error, index) }
      }
      #expect(worst <= function.error, "\(set): \(worst) units at \(Self.numbers[place]), \(results[place])")
    }
  }

  /// All pairs of special and some thousands of other numbers.
  @Test func powerStaysWithinItsError() throws {
    var random = SplitMix(seed: 9)
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 4, 0x1p-149, -0x1p-149, 3e38, -3e38, 1e-38,
      16_777_216, 16_777_217, 100, -100, 101, -101,
    ]
    var pairs = special.flatMap { base in special.map { (base, $0) } }
    for _ in 0..<40_000 {
      let base = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      pairs.append((base, Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))))
      // Where results are neither 0, 1 nor infinite.
      let exponent = Float(Int(random.next() % 20_001) - 10_000) / 100
      pairs.append((abs(base), exponent / max(1, abs(log2(abs(base)))) * 1.4))
      pairs.append((Float(Int(random.next() % 2001) - 1000) / 256, Float(Int(random.next() % 41) - 20)))
    }
    var sketch = GraphSketch()
    let bases = try sketch.input(Tensor(pairs.map(\.0), shape: [pairs.count]), "bases")
    let exponents = try sketch.input(Tensor(pairs.map(\.1), shape: [pairs.count]), "exponents")
    let sample = try sketch.finish(
      sketch.node(Power(), bases, exponents), sketch.node(Divide(), bases, exponents))
    for set in instructionSets {
      for output in 0..<2 {
        let results = try run(sample, set, output: output)
        var (worst, place) = (0.0, 0)
        for (index, (base, exponent)) in pairs.enumerated() {
          let (x, y) = (Double(base), Double(exponent))
          let error = Self.error(of: results[index], expected: output == 0 ? pow(x, y) : x / y, slack: 0)
          if error > worst { (worst, place) = (error, index) }
        }
        #expect(worst <= 0.51, "\(set): \(worst) units at \(pairs[place]), \(results[place])")
      }
    }
  }

  private func run(_ sample: Sample, _ set: EngineOptions.InstructionSet, output: Int = 0) throws -> [Float] {
    let engine = try Engine(sample.graph, options: EngineOptions(threads: 2, instructionSet: set))
    #expect(engine.referenceSteps.isEmpty)
    let values = try engine.run(sample.inputs.map { RuntimeValue.tensor($0) })
    return try #require(values[output].tensor).elements(as: Float.self)
  }

  /// How far a result is from an exact one, in units in the last place of that; infinite for the wrong kind of number.
  private static func error(of result: Float, expected: Double, slack: Double) -> Double {
    let rounded = Float(expected)
    if result.isNaN || rounded.isNaN { return result.isNaN && rounded.isNaN ? 0 : .infinity }
    if result == rounded { return 0 }
    let unit = expected.magnitude < 0x1p-126 ? 0x1p-149 : exp2(Double(min(expected.exponent, 127)) - 23)
    // One above the largest number may stand for infinity.
    let value = result.isInfinite ? (result < 0 ? -0x1p128 : 0x1p128) : Double(result)
    let exact = rounded.isInfinite ? (expected < 0 ? -0x1p128 : 0x1p128) : expected
    return max(0, (value - exact).magnitude - slack) / unit
  }
}
