import CNNGraphs

/// A weight that a network needs.
package struct WeightDescription: Sendable {
  /// What the weight does in its layer.
  package enum Role: Sendable {
    /// The factors of a convolution `[M, C / groups, H, W]` or a linear layer `[M, C]`.
    case weight
    /// The summands of a convolution or a linear layer.
    case bias
    /// The factors of a batch normalization.
    case scale
    /// The factors of the batch normalization that ends a residual branch.
    case residualScale
    /// The summands of a batch normalization.
    case shift
    /// Running means.
    case mean
    /// Running variances.
    case variance

    /// False for statistics, which are not counted as parameters.
    package var isLearned: Bool { self != .mean && self != .variance }
  }

  /// The key in the state dict, which is the name of the constant, too.
  package let key: String
  /// The extents.
  package let shape: [Int]
  /// What it does.
  package internal(set) var role: Role
  let value: ValueID

  /// How many inputs each output sums over.
  package var fanIn: Int { shape.dropFirst().reduce(1, *) }
}
