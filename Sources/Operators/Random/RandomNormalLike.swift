import CNNGraphs
import CNNTensors

/// Normally distributed random numbers in the shape of the input.
public struct RandomNormalLike: RandomLikeOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RandomNormalLike", versions: [1, 22], inputs: 1...1)

  /// The type.
  public let type: ElementType?
  package let distribution: RandomDistribution
  /// The random numbers' seed.
  public let seed: Float?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    type = try node.elementType("dtype")
    distribution = try .normal(from: &node)
    seed = try node.float("seed")
  }

  /// Makes the operator with these settings.
  public init(mean: Float = 0, scale: Float = 1, type: ElementType? = nil, seed: Float? = nil) {
    (self.type, self.seed) = (type, seed)
    distribution = .normal(mean: mean, scale: scale)
  }
}
