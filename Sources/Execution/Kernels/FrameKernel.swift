import CKernels

/// A row-major tensor to plain channels with room for a border around each, or to a matrix.
struct FrameKernel: Kernel {
  static let code = "frame"

  nonisolated(unsafe) var context = cnn_framing()
  var source: Operand?
  /// Channels; empty if the target is a matrix.
  var output: [PlaneReference] = []
  var target: Operand?

  init() {}

  init(_ context: cnn_framing, source: Operand, output: [PlaneReference] = [], target: Operand? = nil) {
    (self.context, self.source, self.output, self.target) = (context, source, output, target)
  }

  var name: String { "frame" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.planes(&output, .writes)
    try fields.operand(&target, .writes)
  }

  var taskCount: Int { Int(context.images) * Int(context.channels) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.sizes(c.channels, c.images, c.height, c.width)
    let pixels = try check.product(Int(c.height), Int(c.width))
    try check.require(pixels < 1 << 30)
    let count = try check.product(Int(c.images), Int(c.channels), pixels)
    try check.reads(source, rows: 1, columns: count, distance: count)
    if target != nil {
      try check.require(output.isEmpty && c.channels == 1)
      try check.writes(target, rows: Int(c.images), columns: pixels, distance: pixels)
    } else {
      try check.writes(
        output, count: Int(c.channels), images: c.images, height: c.height, width: c.width, lanes: 1)
    }
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.input = UnsafePointer(binding.floats(source))
    if let target = binding.floats(target) {
      let plane = cnn_plane(data: target, row: Int64(c.width), image: Int64(c.width * c.height))
      c.planes = UnsafePointer(binding.contexts.copy(plane))
    } else {
      c.planes = binding.planes(output)
    }
    let bound = binding.add(cnn_frame_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0.assumingMemoryBound(to: Float.self) }
  }
}
