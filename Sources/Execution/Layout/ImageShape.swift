/// The extents of an activation `[N, C, spatial…]`.
///
/// All that the engine knows about the rank of a graph's tensors stands here. Kernels see two spatial axes: a line is an
/// image one row high, and a volume's slices lie below one another.
struct ImageShape: Hashable, Sendable {
  /// Ranks of tensors that are taken for images wherever they stand.
  static let ranks = 4...4
  /// Ranks of those that windows slide over, so that they are images.
  static let windowedRanks = 3...4

  var images: Int
  var channels: Int
  /// One to three extents, the outermost first.
  var spatial: [Int]

  /// Rows of all slices.
  var height: Int { spatial.dropLast().reduce(1, *) }
  /// Pixels of a row.
  var width: Int { spatial.last ?? 1 }
  /// Pixels of a channel.
  var pixels: Int { spatial.reduce(1, *) }
  /// The graph's shape.
  var extents: [Int] { [images, channels] + spatial }
  /// The same images with one pixel each.
  var pixelShape: ImageShape { ImageShape(images: images, channels: channels, spatial: spatial.map { _ in 1 }) }

  init(images: Int, channels: Int, spatial: [Int]) {
    (self.images, self.channels, self.spatial) = (images, channels, spatial)
  }

  /// `nil` for a shape that is no image's.
  init?(_ shape: [Int], ranks: ClosedRange<Int> = ImageShape.ranks) {
    guard ranks.contains(shape.count) else { return nil }
    self.init(images: shape[0], channels: shape[1], spatial: Array(shape[2...]))
  }
}
