import CNNGraphs
import CNNTensors

/// A tensor of normally distributed random numbers.
package struct RandomNormal: RandomOperator {
  package static let signature = OperatorSignature("RandomNormal", versions: [1, 22], inputs: 0...0)

  /// The result's shape.
  package let shape: [Int]
  /// The result's type.
  package let type: ElementType
  /// The mean.
  package let mean: Float
  /// The standard deviation.
  package let scale: Float
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    shape = try node.require("shape", node.ints("shape"))
    type = try node.elementType("dtype") ?? .float32
    mean = try node.float("mean", default: 0)
    scale = try node.float("scale", default: 1)
    seed = try node.float("seed")
  }

  package init(
    shape: [Int], mean: Float = 0, scale: Float = 1, type: ElementType = .float32, seed: Float? = nil
  ) {
    (self.shape, self.mean, self.scale, self.type, self.seed) = (shape, mean, scale, type, seed)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("shape", shape)
    node.set("dtype", type, unless: .float32)
    node.set("mean", mean, unless: 0)
    node.set("scale", scale, unless: 1)
    if let seed { node.set("seed", seed) }
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    _ = try Tensor.elementCount(of: shape, type)
    return [.tensor(type, shape.map(Dimension.fixed))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try drawn(type, shape: shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { random.normal() * Double(scale) + Double(mean) }
}
