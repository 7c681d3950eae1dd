import CKernels

/// Pixels from weighted means of others, along both axes.
struct ResampleKernel: Kernel {
  static let code = "resample"

  nonisolated(unsafe) var context = cnn_resample()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []
  var rows = Taps()
  var columns = Taps()
  /// Rows of the input.
  var inputHeight: Int32 = 0

  /// What each pixel along an axis is made of: `count` pixels of the input, and how much of each.
  struct Taps: Sendable {
    var count = 0
    var indices: [Int32] = []
    var weights: [Float] = []
  }

  init() {}

  init(
    _ context: cnn_resample, input: [PlaneReference], inputHeight: Int, output: [PlaneReference], rows: Taps,
    columns: Taps
  ) {
    (self.context, self.input, self.output) = (context, input, output)
    (self.rows, self.columns, self.inputHeight) = (rows, columns, Int32(inputHeight))
    (self.context.row_taps, self.context.column_taps) = (Int32(rows.count), Int32(columns.count))
  }

  var name: String { "resample" }
  var details: [String] { ["\(context.row_taps) × \(context.column_taps) taps"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
    try fields.value(&inputHeight)
    try fields.values(&rows.indices)
    try fields.values(&rows.weights)
    try fields.values(&columns.indices)
    try fields.values(&columns.weights)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    partition.spread(&context, bytes: 8, taps: Int(context.row_taps) + Int(context.column_taps))
  }

  var taskCount: Int { context.taskCount }

  var scratch: Int { context.row_taps > 1 ? Int(context.input_width) * Buffer.laneCount : 0 }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.sizes(c.input_width, inputHeight, c.row_taps, c.column_taps)
    for (taps, list, extent, input) in [
      (c.row_taps, rows, c.height, inputHeight), (c.column_taps, columns, c.width, c.input_width),
    ] {
      let count = try check.product(Int(taps), Int(extent))
      try check.require(list.indices.count == count && list.weights.count == count)
      try check.require(list.indices.allSatisfy { $0 >= 0 && $0 < input })
    }
    try check.reads(input, count: Int(c.blocks), images: c.images, height: inputHeight, width: c.input_width)
    try check.writes(output, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    c.row_indices = UnsafePointer(binding.contexts.copy(rows.indices))
    c.row_weights = UnsafePointer(binding.contexts.copy(rows.weights))
    c.column_indices = UnsafePointer(binding.contexts.copy(columns.indices))
    c.column_weights = UnsafePointer(binding.contexts.copy(columns.weights))
    binding.add(cnn_resample_kernel, c, tasks: tasks)
  }
}

extension cnn_resample: BandedContext {}
