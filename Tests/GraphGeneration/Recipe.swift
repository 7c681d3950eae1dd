/// How nodes of an operator are drawn. It takes values that fit, or makes new ones, and applies the operator to them.
package struct Recipe: Sendable {
  /// The operators that it may apply, by ONNX's names.
  package let names: [String]
  /// How often it is drawn, relative to others.
  let weight: Int
  /// True for layers of networks.
  let isLayer: Bool
  let draw: @Sendable (inout GraphDrawing) throws -> Void

  init(
    _ names: String..., weight: Int = 4, isLayer: Bool = false,
    draw: @escaping @Sendable (inout GraphDrawing) throws -> Void
  ) {
    (self.names, self.weight, self.isLayer, self.draw) = (names, weight, isLayer, draw)
  }

  /// Every recipe.
  package static let all: [Recipe] =
    elementwise + activations + shapes + indexing + reductions + windows + linear + normalizations + quantization
    + recurrent + sampling + attention + sequences + controlFlow

  /// The operators that some recipe applies.
  package static let described = Set(all.flatMap(\.names))
}
