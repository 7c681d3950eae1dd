import CNNGraphs
import CNNTensors

/// A tensor of normally distributed random numbers.
package struct RandomNormal: ShapedRandomOperator {
  package static let signature = OperatorSignature("RandomNormal", versions: [1, 22], inputs: 0...0)

  package let shape: [Int]
  package let type: ElementType
  package let distribution: RandomDistribution
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    shape = try node.require("shape", node.ints("shape"))
    type = try node.elementType("dtype") ?? .float32
    distribution = try .normal(from: &node)
    seed = try node.float("seed")
  }

  package init(shape: [Int], mean: Float = 0, scale: Float = 1, type: ElementType = .float32, seed: Float? = nil) {
    (self.shape, self.type, self.seed) = (shape, type, seed)
    distribution = .normal(mean: mean, scale: scale)
  }
}
