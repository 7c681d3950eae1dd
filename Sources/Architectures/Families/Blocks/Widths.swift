/// What the layers of a network give in channels, if that is not what its drawing says.
///
/// The drawing of an Inception has the numbers of its paper in it. A network of other widths differs from it in nothing
/// but what stands here.
struct Widths: Hashable, Sendable {
  private var others: [String: Int] = [:]

  /// Every layer as drawn.
  init() {}

  /// The widths of `keys` beside those of a network that is drawn as published.
  init(reading keys: WeightTree, beside published: some Architecture) {
    let drawing = try? NetworkBuilder.blueprint(of: published, name: type(of: published).family)
    for weight in drawing?.weights ?? [] where weight.role == .weight {
      let layer = String(weight.key.dropLast(".weight".count))
      guard let width = keys[layer].outputs, width != weight.shape.first else { continue }
      others[layer] = width
    }
  }

  /// The channels of a layer that has `published` ones in the drawing.
  subscript(layer: ModulePath, published: Int) -> Int { others[layer.path] ?? published }
}
