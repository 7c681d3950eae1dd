import CNNGraphs

/// How random numbers are spread.
package enum RandomDistribution: Hashable, Sendable {
  /// Around a mean, with a standard deviation.
  case normal(mean: Float, scale: Float)
  /// Evenly from a lower bound to an upper one, which is never reached.
  case uniform(low: Float, high: Float)

  /// Reads the attributes `mean` and `scale`.
  package static func normal(from node: inout NodeReader) throws -> RandomDistribution {
    .normal(mean: try node.float("mean", default: 0), scale: try node.float("scale", default: 1))
  }

  /// Reads the attributes `low` and `high`.
  package static func uniform(from node: inout NodeReader) throws -> RandomDistribution {
    .uniform(low: try node.float("low", default: 0), high: try node.float("high", default: 1))
  }

  package func write(to node: inout NodeWriter) {
    switch self {
    case .normal(let mean, let scale):
      node.set("mean", mean, unless: 0)
      node.set("scale", scale, unless: 1)
    case .uniform(let low, let high):
      node.set("low", low, unless: 0)
      node.set("high", high, unless: 1)
    }
  }

  /// The next number.
  package func draw(_ random: inout MersenneTwister) -> Double {
    switch self {
    case .normal(let mean, let scale): random.normal() * Double(scale) + Double(mean)
    case .uniform(let low, let high): random.uniform() * Double(high - low) + Double(low)
    }
  }
}
