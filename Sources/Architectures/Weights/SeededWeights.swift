import CNNTensors

/// Random weights that depend on the seed and the weight's key alone: equal on every machine, whatever the order.
///
/// Activations stay in range through any depth: convolutions and linear layers are drawn as He et al. do ("Delving Deep
/// into Rectifiers", 2015, equation 10, uniform with the same variance), so that layers followed by a ReLU keep the mean
/// square. Batch normalizations have factors and statistics that are no identity; the one that ends a residual branch is
/// small, as zero-initialized ones are in Goyal et al. ("Accurate, Large Minibatch SGD", 2017, section 5.1), because sums
/// would grow exponentially with depth otherwise.
package struct SeededWeights: WeightSource {
  /// The seed.
  package let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  /// Draws a weight.
  package func tensor(for weight: WeightDescription) throws -> Tensor {
    let range = SeededWeights.range(for: weight)
    let generator = UniformGenerator(seed: seed, key: weight.key)
    return try Tensor(.float32, shape: weight.shape) { (bytes: UnsafeMutableRawBufferPointer) in
      generator.fill(bytes.assumingMemoryBound(to: Float.self), center: range.center, reach: range.reach)
    }
  }

  /// The interval a weight is drawn from.
  static func range(for weight: WeightDescription) -> (center: Float, reach: Float) {
    switch weight.role {
    // Variance 2 / fan-in, that of a uniform distribution being reach² / 3.
    case .weight: (0, (6 / Float(max(weight.fanIn, 1))).squareRoot())
    case .bias: (0, 0.05)
    case .scale: (1, 0.5)
    case .residualScale: (0.1, 0.05)
    case .shift, .mean: (0, 0.1)
    case .variance: (1, 0.5)
    }
  }
}
