import CKernels

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

  /// Work that streams through memory once.
  func stream(images: Int, rows: Int, blocks: Int, bytes: Int, microseconds: Double = 0) -> Cut {
    let wanted = tasks(microseconds: max(microseconds, Double(bytes) / Partition.bytesPerMicrosecond))
    let perImage = max(1, (wanted + images - 1) / images)
    if blocks >= perImage { return Cut(band: rows, span: max(1, blocks / perImage)) }
    let bands = min(rows, (perImage + blocks - 1) / blocks)
    return Cut(band: (rows + bands - 1) / bands, span: 1)
  }

  /// The cut of a direct convolution that moves the fewest bytes: each task reads its rows of the input and its blocks'
  /// weights.
  func convolution(_ c: cnn_convolution, hasPrologue: Bool) -> Cut {
    let (rows, width, blocks, images) = (Int(c.height), Int(c.width), Int(c.output_blocks), Int(c.images))
    let taps = Int(c.kernel_height) * Int(c.kernel_width)
    let depth = Int(c.group_inputs) * Int(c.lanes) * taps
    let work = Double(images * rows * width * blocks * 16) * Double(depth)
    let groups = max(1, blocks / max(1, Int(c.group_outputs)))
    let weightBytes = Double(blocks * 16 * depth * 4)
    let rowBytes = Double(
      Int(c.group_inputs) * groups * Int(c.lanes) * width * Int(c.stride_height) * Int(c.stride_width) * 4)
    let wanted = tasks(microseconds: work / Partition.workPerMicrosecond)
    var best = Cut(band: rows, span: blocks)
    var least = Double.infinity
    for spanCount in spanCounts(blocks, Int(c.group_outputs), hasPrologue: hasPrologue) {
      let span = (blocks + spanCount - 1) / spanCount
      let spans = (blocks + span - 1) / span
      let perImage = (wanted + images * spans - 1) / (images * spans)
      let forCache = Int((rowBytes * Double(rows) / Double(Partition.inputBytes)).rounded(.up))
      var bands = min(rows, max(1, perImage))
      if forCache > bands { bands = min(rows, forCache) }
      let band = (rows + bands - 1) / bands
      bands = (rows + band - 1) / band
      let count = Double(bands * spans * images)
      // Weights are read anew by each band, the input by each span.
      let bytes = weightBytes * Double(bands * images) + rowBytes * Double(rows * images * spans)
      // Tasks that do not fill all threads' last round leave some idle.
      let rounds = (count / Double(threads)).rounded(.up) * Double(threads) / count
      let cost = work / Partition.workPerMicrosecond * rounds + bytes / 40_000
      if cost < least { (least, best) = (cost, Cut(band: band, span: span)) }
    }
    return best
  }

  private func spanCounts(_ blocks: Int, _ groupOutputs: Int, hasPrologue: Bool) -> [Int] {
    // What goes before a convolution is done anew for each span.
    if hasPrologue { return [1] }
    return (1...min(blocks, 8 * threads)).filter { count in
      let span = (blocks + count - 1) / count
      return span % groupOutputs == 0 || groupOutputs % span == 0
    }
  }
}

extension Plan {
  /// Cuts all steps into tasks, and finds how much scratch memory they need.
  mutating func partition(threads: Int) {
    let partition = Partition(threads: threads)
    for index in steps.indices {
      steps[index].cut(partition, buffers)
      scratchCount = max(scratchCount, steps[index].scratch)
    }
  }
}

extension Step {
  fileprivate var scratch: Int {
    switch kernel {
    case .convolution(var c):
      guard scale != nil else { return Int(cnn_convolution_scratch(&c)) }
      // Only whether there is a prologue counts.
      return withUnsafePointer(to: Float(0)) { some in
        c.scale = some
        return Int(cnn_convolution_scratch(&c))
      }
    case .winograd(var c):
      guard source != nil else { return Int(cnn_winograd_scratch(&c)) }
      var zero = Float(0)
      return withUnsafeMutablePointer(to: &zero) { some in
        c.shared = some
        return Int(cnn_winograd_scratch(&c))
      }
    case .normalization(var c): return Int(cnn_lrn_scratch(&c))
    default: return 0
    }
  }

  /// True where the rows of all planes follow one another without a border.
  private func isFlat(_ buffers: [Buffer]) -> Bool {
    (input + second + output).allSatisfy {
      buffers[$0.buffer].border.left == 0 && buffers[$0.buffer].border.right == 0
    }
  }

  fileprivate mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    switch kernel {
    case .convolution(var c):
      if c.kernel_height == 1, c.kernel_width == 1, c.stride_height == 1, c.stride_width == 1, c.lanes == 16,
        c.pad_top == 0, c.pad_left == 0, isFlat(buffers)
      {
        flatten(&c)
      }
      let cut = partition.convolution(c, hasPrologue: scale != nil)
      (c.band, c.span) = (Int32(cut.band), Int32(cut.span))
      tasks = Int(c.images) * ceiling(c.height, c.band) * ceiling(c.output_blocks, c.span)
      kernel = .convolution(c)
    case .depthwise(var c):
      spread(&c, partition, bytes: 8, taps: Int(c.kernel_height) * Int(c.kernel_width))
      kernel = .depthwise(c)
    case .pooling(var c):
      spread(&c, partition, bytes: 16, taps: Int(c.kernel_height) * Int(c.kernel_width))
      kernel = .pooling(c)
    case .globalPooling(var c):
      let bytes = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.blocks) * 64
      let cut = partition.stream(images: Int(c.images), rows: 1, blocks: Int(c.blocks), bytes: bytes)
      c.span = Int32(cut.span)
      tasks = Int(c.images) * ceiling(c.blocks, c.span)
      kernel = .globalPooling(c)
    case .elementwise(var c):
      spread(&c, partition, bytes: 8)
      kernel = .elementwise(c)
    case .gather(var c):
      spread(&c, partition, bytes: 12)
      kernel = .gather(c)
    case .pack(var c):
      c.band = packingBand(c, partition)
      tasks = Int(c.images) * ceiling(c.channels, 16) * ceiling(c.height, c.band)
      kernel = .pack(c)
    case .unpack(var c):
      c.band = packingBand(c, partition)
      tasks = Int(c.images) * ceiling(c.channels, 16) * ceiling(c.height, c.band)
      kernel = .unpack(c)
    case .normalization(var c):
      let bytes = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.channels) * 32
      let wanted = partition.tasks(microseconds: Double(bytes) / Partition.bytesPerMicrosecond)
      c.band = Int32(max(1, Int(c.height) * Int(c.images) / wanted))
      tasks = Int(c.images) * ceiling(c.height, c.band)
      kernel = .normalization(c)
    case .linear(var c):
      let bytes = Int(c.inputs * c.outputs) * 4
      let microseconds = max(Double(bytes) / Partition.bytesPerMicrosecond, Double(work) / Partition.workPerMicrosecond)
      let wanted = Int64(partition.tasks(microseconds: microseconds))
      // Spans are whole groups of rows that a kernel takes at once.
      let span = max(16, (Int64(c.outputs) + wanted - 1) / wanted)
      c.span = c.is_transposed != 0 ? (span + 63) / 64 * 64 : (span + 15) / 16 * 16
      tasks = Int((c.outputs + c.span - 1) / c.span)
      kernel = .linear(c)
    case .frame(let c): tasks = Int(c.images * c.channels)
    case .border(let c): tasks = Int(c.images * c.blocks)
    case .softmax(let c): tasks = Int(c.rows)
    case .winograd(let c):
      let tiles = Int(c.images) * ceiling(c.height, 4) * ceiling(c.width, 4)
      tasks = ceiling(Int32(tiles), c.tiles) * ceiling(c.output_blocks, c.span)
    case .winogradInput(let c):
      let tiles = Int(c.images) * ceiling(c.height, 4) * ceiling(c.width, 4)
      let groups = max(1, Int(c.output_blocks) / Int(c.group_outputs))
      tasks = ceiling(Int32(tiles), c.tiles) * Int(c.group_inputs) * groups
    case .reference: tasks = 1
    }
  }

  /// Cuts work that streams through memory: so many bytes and multiplications for each number of the output.
  private mutating func spread(_ c: inout some BandedContext, _ partition: Partition, bytes: Int, taps: Int = 0) {
    let count = Int(c.images) * Int(c.height) * Int(c.width) * Int(c.blocks) * Buffer.laneCount
    let cut = partition.stream(
      images: Int(c.images), rows: Int(c.height), blocks: Int(c.blocks), bytes: count * bytes,
      microseconds: Double(count * taps) / 15_000)
    (c.band, c.span) = (Int32(cut.band), Int32(cut.span))
    tasks = Int(c.images) * ceiling(c.height, c.band) * ceiling(c.blocks, c.span)
  }

  /// A 1×1 convolution sees an image as one row; it is cut into pieces that fill register tiles.
  private mutating func flatten(_ c: inout cnn_convolution) {
    let pixels = Int(c.height) * Int(c.width)
    // Pieces of equal size, an even number of them.
    let pieces = pixels <= 64 ? 1 : (pixels + 111) / 112 * 2
    let piece = (pixels + pieces - 1) / pieces
    flatRow = piece
    c.width = Int32(piece)
    c.height = Int32((pixels + piece - 1) / piece)
    c.last_width = Int32(pixels - (Int(c.height) - 1) * piece)
  }

  private func packingBand(_ c: cnn_packing, _ partition: Partition) -> Int32 {
    let bytes = Int(c.images) * Int(c.channels) * Int(c.height) * Int(c.width) * 8
    let cut = partition.stream(
      images: Int(c.images) * ceiling(c.channels, 16), rows: Int(c.height), blocks: 1, bytes: bytes)
    return Int32(cut.band)
  }
}

/// The quotient rounded up.
func ceiling(_ a: Int32, _ b: Int32) -> Int { (Int(a) + Int(b) - 1) / Int(b) }

/// A kernel whose tasks are images, bands of rows and spans of blocks.
private protocol BandedContext {
  var images: Int32 { get }
  var height: Int32 { get }
  var width: Int32 { get }
  var blocks: Int32 { get }
  var band: Int32 { get set }
  var span: Int32 { get set }
}

extension cnn_depthwise: BandedContext {}
extension cnn_pooling: BandedContext {}
extension cnn_elementwise: BandedContext {}
extension cnn_gather: BandedContext {}
