import CNNGraphs
import CNNTensors

/// A tensor of evenly distributed random numbers.
public struct RandomUniform: ShapedRandomOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RandomUniform", versions: [1, 22], inputs: 0...0)

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
    distribution = try .uniform(from: &node)
    seed = try node.float("seed")
  }

  /// Makes the operator with these settings.
  public init(shape: [Int], low: Float = 0, high: Float = 1, type: ElementType = .float32, seed: Float? = nil) {
    (self.shape, self.type, self.seed) = (shape, type, seed)
    distribution = .uniform(low: low, high: high)
  }
}
