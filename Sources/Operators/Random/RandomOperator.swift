import CNNGraphs
import CNNTensors

/// An operator that draws each element of its result by itself.
package protocol RandomOperator: Operator {
  /// Where the random numbers start; anywhere where it is `nil`.
  var seed: Float? { get }
  /// The next element.
  func draw(_ random: inout MersenneTwister) -> Double
}

extension RandomOperator {
  package var isDeterministic: Bool { seed != nil }

  /// A tensor of random numbers, each computed in `Double` and rounded.
  package func drawn(_ type: ElementType, shape: [Int]) throws -> Tensor {
    var random = MersenneTwister(seed: seed)
    return try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
      for i in target.indices { target[i] = draw(&random) }
    }
  }
}
