import CKernels

/// A piece of the arena: an activation in one of the layouts that kernels read.
struct Buffer: Sendable, Hashable {
  /// How elements lie.
  enum Layout: Int, Sendable {
    /// `[image][block of 16 channels][row][pixel][16]`, each image of a block inside a border of zeros.
    case blocked
    /// `[image][channel][row][pixel]` inside a border of zeros.
    case framed
    /// `[N][C][H][W]` as the graph has it.
    case plain
  }

  /// Zeros around an image, in pixels.
  struct Border: Sendable, Hashable {
    var top = 0
    var left = 0
    var bottom = 0
    var right = 0
    var isEmpty: Bool { self == Border() }

    func union(_ other: Border) -> Border {
      Border(
        top: max(top, other.top), left: max(left, other.left), bottom: max(bottom, other.bottom),
        right: max(right, other.right))
    }
  }

  var layout: Layout
  var images: Int
  /// Blocks, or channels where the layout is not blocked.
  var planes: Int
  var height: Int
  var width: Int
  var border = Border()
  /// Where it begins in the arena, in floats.
  var offset = 0

  /// Floats of one pixel of a plane.
  var lanes: Int { layout == .blocked ? Buffer.laneCount : 1 }
  /// Floats from one row to the next.
  var row: Int { (width + border.left + border.right) * lanes }
  /// Floats from one plane of an image to the next.
  var plane: Int {
    let size = (height + border.top + border.bottom) * row
    // Planes a multiple of a page apart would share their places in the first-level cache.
    return layout == .blocked && size >= 1024 && size % 1024 < 128 ? size + 96 : size
  }
  /// Floats from one image to the next.
  var image: Int { plane * planes }
  /// All floats.
  var count: Int { image * images }
  /// Floats from a plane's start to its first pixel.
  var firstPixel: Int { border.top * row + border.left * lanes }
  /// Where the first pixel of a plane lies in the arena.
  func address(plane index: Int) -> Int { offset + index * plane + firstPixel }

  /// Channels of a block.
  static let laneCount = Int(CNN_LANES)
}

/// One plane of a buffer.
struct PlaneReference: Sendable, Hashable {
  var buffer: Int
  var plane: Int
}

/// A whole tensor, row-major, in a buffer: `rows` images of `columns` elements each.
struct PlainView: Sendable, Hashable {
  var buffer: Int
  /// Floats from the buffer's start.
  var start = 0
  var rows: Int
  var columns: Int
  /// Floats from one image to the next.
  var rowDistance: Int

  var isContiguous: Bool { rows <= 1 || rowDistance == columns }
}
