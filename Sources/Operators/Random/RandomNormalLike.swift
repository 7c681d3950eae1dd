import CNNGraphs
import CNNTensors

/// Normally distributed random numbers in the shape of the input.
package struct RandomNormalLike: RandomLikeOperator {
  package static let signature = OperatorSignature("RandomNormalLike", versions: [1, 22], inputs: 1...1)

  package let type: ElementType?
  package let distribution: RandomDistribution
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    distribution = try .normal(from: &node)
    seed = try node.float("seed")
  }

  package init(mean: Float = 0, scale: Float = 1, type: ElementType? = nil, seed: Float? = nil) {
    (self.type, self.seed) = (type, seed)
    distribution = .normal(mean: mean, scale: scale)
  }
}
