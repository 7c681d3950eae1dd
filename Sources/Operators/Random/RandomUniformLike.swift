import CNNGraphs
import CNNTensors

/// Evenly distributed random numbers in the shape of the input.
package struct RandomUniformLike: RandomOperator {
  package static let signature = OperatorSignature("RandomUniformLike", versions: [1, 22], inputs: 1...1)

  /// The result's type; the input's where it is `nil`.
  package let type: ElementType?
  /// The lower bound.
  package let low: Float
  /// The upper bound, never reached.
  package let high: Float
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    low = try node.float("low", default: 0)
    high = try node.float("high", default: 1)
    seed = try node.float("seed")
  }

  package init(low: Float = 0, high: Float = 1, type: ElementType? = nil, seed: Float? = nil) {
    (self.low, self.high, self.type, self.seed) = (low, high, type, seed)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("dtype", type)
    node.set("low", low, unless: 0)
    node.set("high", high, unless: 1)
    if let seed { node.set("seed", seed) }
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(type ?? context.elementType(0), context.shape(0))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let input = try context.tensor(0)
    return [.tensor(try drawn(type ?? input.elementType, shape: input.shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { random.uniform() * Double(high - low) + Double(low) }
}
