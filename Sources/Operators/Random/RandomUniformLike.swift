import CNNGraphs
import CNNTensors

/// Evenly distributed random numbers in the shape of the input.
package struct RandomUniformLike: RandomLikeOperator {
  package static let signature = OperatorSignature("RandomUniformLike", versions: [1, 22], inputs: 1...1)

  package let type: ElementType?
  package let distribution: RandomDistribution
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    distribution = try .uniform(from: &node)
    seed = try node.float("seed")
  }

  package init(low: Float = 0, high: Float = 1, type: ElementType? = nil, seed: Float? = nil) {
    (self.type, self.seed) = (type, seed)
    distribution = .uniform(low: low, high: high)
  }
}
