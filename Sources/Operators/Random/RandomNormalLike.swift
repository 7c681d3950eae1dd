import CNNGraphs
import CNNTensors

/// Normally distributed random numbers in the shape of the input.
package struct RandomNormalLike: RandomOperator {
  package static let signature = OperatorSignature("RandomNormalLike", versions: [1, 22], inputs: 1...1)

  /// The result's type; the input's where it is `nil`.
  package let type: ElementType?
  /// The mean.
  package let mean: Float
  /// The standard deviation.
  package let scale: Float
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    mean = try node.float("mean", default: 0)
    scale = try node.float("scale", default: 1)
    seed = try node.float("seed")
  }

  package init(mean: Float = 0, scale: Float = 1, type: ElementType? = nil, seed: Float? = nil) {
    (self.mean, self.scale, self.type, self.seed) = (mean, scale, type, seed)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("dtype", type)
    node.set("mean", mean, unless: 0)
    node.set("scale", scale, unless: 1)
    if let seed { node.set("seed", seed) }
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(type ?? context.elementType(0), context.shape(0))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let input = try context.tensor(0)
    return [.tensor(try drawn(type ?? input.elementType, shape: input.shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { random.normal() * Double(scale) + Double(mean) }
}
