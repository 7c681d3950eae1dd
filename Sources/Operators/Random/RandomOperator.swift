import CNNGraphs
import CNNTensors

/// An operator that draws each element of its result by itself.
package protocol RandomOperator: Operator {
  /// The random numbers' seed; a random one if it is `nil`.
  var seed: Float? { get }
  /// The next element.
  func draw(_ random: inout MersenneTwister) -> Double
}

/// A random operator whose attributes say the result's shape.
package protocol ShapedRandomOperator: RandomOperator {
  var distribution: RandomDistribution { get }
  /// The result's shape.
  var shape: [Int] { get }
  /// The result's type.
  var type: ElementType { get }
}

/// A random operator whose result has the shape of its input.
package protocol RandomLikeOperator: RandomOperator {
  var distribution: RandomDistribution { get }
  /// The result's type; the input's if it is `nil`.
  var type: ElementType? { get }
}

extension RandomOperator {
  /// False if two runs may give different results.
  public var isDeterministic: Bool { seed != nil }

  /// A tensor of random numbers, each computed in `Double` and rounded.
  package func drawn(_ type: ElementType, shape: [Int]) throws -> Tensor {
    var random = MersenneTwister(seed: seed)
    return try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
      for i in target.indices { target[i] = draw(&random) }
    }
  }
}

extension ShapedRandomOperator {
  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("shape", shape)
    node.set("dtype", type, unless: .float32)
    distribution.write(to: &node)
    if let seed { node.set("seed", seed) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    _ = try Tensor.elementCount(of: shape, type)
    return [.tensor(type, shape.map(Dimension.fixed))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try drawn(type, shape: shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { distribution.draw(&random) }
}

extension RandomLikeOperator {
  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("dtype", type)
    distribution.write(to: &node)
    if let seed { node.set("seed", seed) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(type ?? context.elementType(0), context.shape(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let input = try context.tensor(0)
    return [.tensor(try drawn(type ?? input.elementType, shape: input.shape))]
  }

  package func draw(_ random: inout MersenneTwister) -> Double { distribution.draw(&random) }
}
