import CNNGraphs
import CNNTensors

/// A tensor of evenly distributed random numbers.
package struct RandomUniform: ShapedRandomOperator {
  package static let signature = OperatorSignature("RandomUniform", versions: [1, 22], inputs: 0...0)

  package let shape: [Int]
  package let type: ElementType
  package let distribution: RandomDistribution
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    shape = try node.require("shape", node.ints("shape"))
    type = try node.elementType("dtype") ?? .float32
    distribution = try .uniform(from: &node)
    seed = try node.float("seed")
  }

  package init(shape: [Int], low: Float = 0, high: Float = 1, type: ElementType = .float32, seed: Float? = nil) {
    (self.shape, self.type, self.seed) = (shape, type, seed)
    distribution = .uniform(low: low, high: high)
  }
}
