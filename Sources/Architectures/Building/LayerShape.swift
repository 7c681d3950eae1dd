/// A layer with weights by their shape, as far as it tells one architecture from another.
enum LayerShape: Hashable, Sendable {
  /// A convolution by weights `[M, C / groups, K…]`.
  case convolution(weights: [Int], groups: Int)
  /// A linear layer; exporters store its weights either way round, so that only the pair of extents counts.
  case linear(smaller: Int, larger: Int)

  /// A linear layer by its features, either way round.
  static func linear(_ a: Int, _ b: Int) -> LayerShape { .linear(smaller: min(a, b), larger: max(a, b)) }
}
