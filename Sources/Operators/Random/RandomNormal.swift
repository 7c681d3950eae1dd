import CNNGraphs
import CNNTensors

/// A tensor of normally distributed random numbers.
public struct RandomNormal: ShapedRandomOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RandomNormal", versions: [1, 22], inputs: 0...0)

  /// The shape.
  public let shape: [Int]
  /// The type.
  public let type: ElementType
  package let distribution: RandomDistribution
  /// The random numbers' seed.
  public let seed: Float?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    shape = try node.require("shape", node.ints("shape"))
    type = try node.elementType("dtype") ?? .float32
    distribution = try .normal(from: &node)
    seed = try node.float("seed")
  }

  /// Makes the operator with these settings.
  public init(shape: [Int], mean: Float = 0, scale: Float = 1, type: ElementType = .float32, seed: Float? = nil) {
    (self.shape, self.type, self.seed) = (shape, type, seed)
    distribution = .normal(mean: mean, scale: scale)
  }
}
