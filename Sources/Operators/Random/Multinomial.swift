import CNNGraphs
import CNNTensors
import RealModule

/// Draws classes by their probabilities. Input: unnormalized log-probabilities `[N, C]`; output: classes
/// `[N, sampleCount]`.
public struct Multinomial: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Multinomial", versions: [7, 22], inputs: 1...1)

  /// Classes drawn for each row.
  public let sampleCount: Int
  /// The result's type, `int32` or `int64`.
  public let type: ElementType
  /// The random numbers' seed; a random one if it is `nil`.
  public let seed: Float?
  /// False if two runs may give different results.
  public var isDeterministic: Bool { seed != nil }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    sampleCount = try node.int("sample_size", default: 1)
    type = try node.elementType("dtype") ?? .int32
    seed = try node.float("seed")
    guard sampleCount >= 0 else { throw OperatorError.attribute("sample_size", "\(sampleCount) is below 0") }
  }

  /// Makes the operator with these settings.
  public init(sampleCount: Int = 1, type: ElementType = .int32, seed: Float? = nil) {
    (self.sampleCount, self.type, self.seed) = (sampleCount, type, seed)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("sample_size", sampleCount, unless: 1)
    node.set("dtype", type, unless: .int32)
    if let seed { node.set("seed", seed) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(type, [context.shape(0)?.first ?? .unknown, .fixed(sampleCount)])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.rank == 2, x.shape[1] > 0 else {
      throw OperatorError.input(0, expected: "a tensor [N, C] of at least one class")
    }
    let (rows, classes) = (x.shape[0], x.shape[1])
    var random = MersenneTwister(seed: seed)
    let result = try x.withValues(as: Double.self) { source in
      try Tensor(type, shape: [rows, sampleCount]) { (target: UnsafeMutableBufferPointer<Int64>) in
        let budget = WorkBudget.current
        for row in 0..<rows {
          let scores = source[row * classes..<(row + 1) * classes]
          let highest = scores.max() ?? 0
          let total = scores.reduce(0) { $0 + Double.exp($1 - highest) }
          for sample in 0..<sampleCount {
            try budget.charge(classes, times: 5 * WorkBudget.Cost.step)
            var rest = random.uniform() * total
            var drawn = 0
            for (index, score) in scores.enumerated() {
              drawn = index
              rest -= Double.exp(score - highest)
              if rest < 0 { break }
            }
            target[row * sampleCount + sample] = Int64(drawn)
          }
        }
      }
    }
    return [.tensor(result)]
  }
}
