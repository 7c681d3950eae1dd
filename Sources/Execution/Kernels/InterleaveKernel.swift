import CKernels

/// The phases of an image become one image: its pixels in turn.
struct InterleaveKernel: Kernel {
  static let code = "interleave"

  nonisolated(unsafe) var context = cnn_interleave()
  /// The blocks of the first phase, then those of the next one.
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []
  /// The extents of a phase.
  var phase = Extents()

  /// Pixels of a phase.
  struct Extents {
    var height: Int32 = 0
    var width: Int32 = 0
  }

  init() {}

  init(_ context: cnn_interleave, input: [PlaneReference], output: [PlaneReference], phase: Extents) {
    (self.context, self.input, self.output, self.phase) = (context, input, output, phase)
  }

  var name: String { "interleave" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
    try fields.value(&phase)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { partition.spread(&context, bytes: 8) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    for size in [c.stride_height, c.stride_width] { try check.require(size > 0 && size < 1 << 12) }
    for size in [c.crop_top, c.crop_left] { try check.require(size >= 0 && size < 1 << 16) }
    let phases = try check.product(Int(c.stride_height), Int(c.stride_width))
    try check.reads(
      input, count: check.product(phases, Int(c.blocks)), images: c.images, height: phase.height, width: phase.width)
    // The last pixel's place in its phase.
    try check.require((Int(c.height) - 1 + Int(c.crop_top)) / Int(c.stride_height) < Int(phase.height))
    try check.require((Int(c.width) - 1 + Int(c.crop_left)) / Int(c.stride_width) < Int(phase.width))
    try check.writes(output, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_interleave_kernel, c, tasks: tasks)
  }
}

extension cnn_interleave: BandedContext {}
