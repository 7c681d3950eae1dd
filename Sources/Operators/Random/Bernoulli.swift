import CNNGraphs
import CNNTensors

/// 1 with the probability that the input's element gives, otherwise 0.
public struct Bernoulli: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Bernoulli", versions: [15, 22], inputs: 1...1)

  /// The result's type; the input's if it is `nil`.
  public let type: ElementType?
  /// The random numbers' seed; a random one if it is `nil`.
  public let seed: Float?
  /// False if two runs may give different results.
  public var isDeterministic: Bool { seed != nil }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    seed = try node.float("seed")
  }

  /// Makes the operator with these settings.
  public init(type: ElementType? = nil, seed: Float? = nil) { (self.type, self.seed) = (type, seed) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("dtype", type)
    if let seed { node.set("seed", seed) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(type ?? context.elementType(0), context.shape(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    var random = MersenneTwister(seed: seed)
    let result = try x.withValues(as: Double.self) { source in
      try Tensor(type ?? x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<Double>) in
        for i in 0..<source.count { target[i] = Double(random.bernoulli(source[i])) }
      }
    }
    return [.tensor(result)]
  }
}
