import CNNGraphs
import CNNTensors

/// A tensor of evenly distributed random numbers.
package struct RandomUniform: RandomOperator {
  package static let signature = OperatorSignature("RandomUniform", versions: [1, 22], inputs: 0...0)

  /// The result's shape.
  package let shape: [Int]
  /// The result's type.
  package let type: ElementType
  /// The lower bound.
  package let low: Float
  /// The upper bound, never reached.
  package let high: Float
  package let seed: Float?

  package init(from node: inout NodeReader) throws {
    shape = try node.require("shape", node.ints("shape"))
    type = try node.elementType("dtype") ?? .float32
    low = try node.float("low", default: 0)
    high = try node.float("high", default: 1)
    seed = try node.float("seed")
  }

  package init(
    shape: [Int], low: Float = 0, high: Float = 1, type: ElementType = .float32, seed: Float? = nil
  ) {
    (self.shape, self.low, self.high, self.type, self.seed) = (shape, low, high, type, seed)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("shape", shape)
    node.set("dtype", type, unless: .float32)
    node.set("low", low, unless: 0)
    node.set("high", high, unless: 1)
    if let seed { node.set("seed", seed) }
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    _ = try Tensor.elementCount(of: shape, type)
    return [.tensor(type, shape.map(Dimension.fixed))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try drawn(type, shape: shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { random.uniform() * Double(high - low) + Double(low) }
}
