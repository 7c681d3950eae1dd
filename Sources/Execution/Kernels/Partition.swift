/// How a step's work is cut into tasks. What is computed does not depend on it.
struct Partition {
  let threads: Int

  /// Multiplications and additions a thread does in a microsecond, roughly.
  static let workPerMicrosecond = 45_000.0
  /// Bytes a thread moves in a microsecond, roughly.
  static let bytesPerMicrosecond = 8_000.0
  /// The part of the second-level cache that a task's input may fill.
  static let inputBytes = 256 << 10

  /// Bands of rows and spans of blocks.
  struct Cut {
    var band: Int
    var span: Int
  }

  /// How many tasks are worth their overhead.
  func tasks(microseconds: Double) -> Int {
    if microseconds < 3 { return 1 }
    if threads == 1 { return 1 }
    return min(max(threads, Int(microseconds / 12)), 6 * threads)
  }

  /// How many tasks are worth their overhead for elements that are read and written, and take so long each.
  func tasks(elements: Int64, nanoseconds: Double) -> Int64 {
    let moving = Double(elements) * 8 / Partition.bytesPerMicrosecond
    return Int64(tasks(microseconds: max(moving, Double(elements) * nanoseconds / 1000)))
  }

  /// Work that streams through memory once.
  func stream(images: Int, rows: Int, blocks: Int, bytes: Int, microseconds: Double = 0) -> Cut {
    let wanted = tasks(microseconds: max(microseconds, Double(bytes) / Partition.bytesPerMicrosecond))
    let perImage = max(1, (wanted + images - 1) / images)
    if blocks >= perImage { return Cut(band: rows, span: max(1, blocks / perImage)) }
    let bands = min(rows, (perImage + blocks - 1) / blocks)
    return Cut(band: (rows + bands - 1) / bands, span: 1)
  }

  /// Cuts work that streams through memory: so many bytes and multiplications for each number of the output.
  func spread(_ c: inout some BandedContext, bytes: Int, taps: Int = 0) {
    let count = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.blocks) * Buffer.laneCount
    let cut = stream(
      images: Int(c.images), rows: Int(c.height), blocks: Int(c.blocks), bytes: count * bytes,
      microseconds: Double(count * taps) / 15_000)
    (c.band, c.span) = (Int32(cut.band), Int32(cut.span))
  }
}

/// The quotient rounded up.
func ceiling(_ a: Int32, _ b: Int32) -> Int { (Int(a) + Int(b) - 1) / Int(b) }

/// Sizes of a kernel whose tasks are images, bands of rows and spans of blocks.
protocol BandedContext {
  var images: Int32 { get }
  var height: Int32 { get }
  var width: Int32 { get }
  var blocks: Int32 { get }
  var band: Int32 { get set }
  var span: Int32 { get set }
}

extension BandedContext {
  var taskCount: Int { Int(images) * ceiling(height, band) * ceiling(blocks, span) }
}
