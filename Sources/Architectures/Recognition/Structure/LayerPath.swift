/// A way that leads from a layer with weights, past layers without any, to what reads its result.
///
/// Exporters write the layers without weights in different ways. What they cannot change is told: which channels of the
/// reader's input the result becomes, since concatenation puts it behind others, and how often it is pooled.
struct LayerPath: Hashable, Comparable, Sendable {
  /// More layers cannot be told apart.
  static let layerLimit = 1 << 24
  private static let placeShift = UInt64(2)
  private static let layerShift = UInt64(40)
  private static let unknownPlace = UInt64(1) << 38 - 1
  private static let mostPools = UInt64(3)

  /// From the top: 24 bits of layer, 38 of place, 2 of pools.
  private var bits: UInt64

  /// The very result of a layer.
  init(from layer: Int) { bits = UInt64(layer) << Self.layerShift }

  /// Where it comes from, by its number in ``LayerGraph/layers``.
  var layer: Int { Int(bits >> Self.layerShift) }

  /// All but where it comes from: equal for paths that go the same way.
  var way: UInt64 { bits & (1 << Self.layerShift - 1) }

  /// False if channels were cut up or dealt out anew, so that there is no telling which ones the result becomes.
  var hasPlace: Bool { way >> Self.placeShift != Self.unknownPlace }

  /// The path where it stands behind other channels; their number may not be known.
  func behind(_ channels: Int?) -> LayerPath {
    guard hasPlace else { return self }
    guard let channels, let place = Optional(way >> Self.placeShift + UInt64(channels)), place < Self.unknownPlace
    else {
      return unplaced
    }
    var path = self
    path.bits += UInt64(channels) << Self.placeShift
    return path
  }

  /// The path without its place.
  var unplaced: LayerPath {
    var path = self
    path.bits |= Self.unknownPlace << Self.placeShift
    return path
  }

  /// The path with one more pooling; those beyond the third do not count.
  var pooled: LayerPath {
    var path = self
    if bits & Self.mostPools != Self.mostPools { path.bits += 1 }
    return path
  }

  /// The path of which only the two ends count.
  var bare: LayerPath {
    var path = unplaced
    path.bits |= Self.mostPools
    return path
  }

  /// The same way from another layer.
  func moved(to layer: Int) -> LayerPath {
    var path = self
    path.bits = UInt64(layer) << Self.layerShift | way
    return path
  }

  static func < (a: LayerPath, b: LayerPath) -> Bool { a.bits < b.bits }
}

extension [LayerPath] {
  /// The ways of which only the ends count.
  var bare: [LayerPath] { map(\.bare).normalized }

  /// In ascending order, each once.
  var normalized: [LayerPath] {
    guard count > 1 else { return self }
    var result: [LayerPath] = []
    result.reserveCapacity(count)
    for path in sorted() where path != result.last { result.append(path) }
    return result
  }
}
