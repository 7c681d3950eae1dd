import CKernels
import CNNTensors

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
  /// What each element is. All distances below are counted in elements.
  var elementType = ElementType.float32
  var images: Int
  /// Blocks, or channels if the layout is not blocked.
  var planes: Int
  var height: Int
  var width: Int
  var border = Border()
  /// Where it begins in the arena, in bytes.
  var offset = 0

  init(_ layout: Layout, _ shape: ImageShape, planes: Int) {
    (self.layout, images, self.planes) = (layout, shape.images, planes)
    (height, width) = (shape.height, shape.width)
  }

  /// A matrix.
  init(rows: Int, columns: Int) { (layout, images, planes, height, width) = (.plain, rows, columns, 1, 1) }

  /// Elements of one pixel of a plane.
  var lanes: Int { layout == .blocked ? Buffer.laneCount : 1 }
  /// From one row to the next.
  var row: Int { (width + border.left + border.right) * lanes }
  /// From one plane of an image to the next.
  var plane: Int {
    let size = (height + border.top + border.bottom) * row
    // Planes a multiple of a page apart would share their places in the first-level cache.
    let (page, least) = (4096 / elementByteCount, 512 / elementByteCount)
    return layout == .blocked && size >= page && size % page < least ? size + 384 / elementByteCount : size
  }
  /// From one image to the next.
  var image: Int { plane * planes }
  /// All elements.
  var count: Int { image * images }
  /// From a plane's start to its first pixel.
  var firstPixel: Int { border.top * row + border.left * lanes }
  /// From the buffer's start to the first pixel of a plane.
  func position(plane index: Int) -> Int { index * plane + firstPixel }

  /// Bytes of an element.
  var elementByteCount: Int { elementType.bitWidth / 8 }
  /// Bytes of all elements.
  var byteCount: Int { count * elementByteCount }

  /// Channels of a block.
  static let laneCount = Int(CNN_LANES)
  /// Blocks that hold so many channels.
  static func blocks(of channels: Int) -> Int { (channels + laneCount - 1) / laneCount }
}
