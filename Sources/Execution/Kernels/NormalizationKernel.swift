import CKernels

/// Rows that are normalized each by itself, then scaled and shifted.
struct NormalizationKernel: Kernel {
  static let code = "normalization"

  nonisolated(unsafe) var context = cnn_normalization()
  var source: Operand?
  var scale: Operand?
  /// `nil` for none.
  var shift: Operand?
  var target: Operand?

  init() {}

  init(_ context: cnn_normalization, source: Operand, scale: Operand, shift: Operand?, target: Operand) {
    (self.context, self.source, self.target) = (context, source, target)
    (self.scale, self.shift) = (scale, shift)
  }

  var name: String { "normalization" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.operand(&scale, .reads)
    try fields.operand(&shift, .reads)
    try fields.operand(&target, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let tasks = partition.tasks(elements: c.rows * c.segments * c.length, nanoseconds: 0.3)
    context.grain = max(1, (c.rows + tasks - 1) / tasks)
  }

  var taskCount: Int { Int((context.rows + context.grain - 1) / context.grain) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.rows, c.segments, c.length, c.periods, c.grain] { try check.require(size > 0 && size < 1 << 31) }
    try check.require(c.has_mean == 0 || c.has_mean == 1)
    let all = try check.product(Int(c.rows), Int(c.segments), Int(c.length))
    let parameters = try check.product(Int(c.periods), Int(c.segments))
    try check.reads(source, rows: 1, columns: all, distance: all)
    for operand in shift == nil ? [scale] : [scale, shift] {
      if case .packed? = operand {
        try check.constants(operand, parameters)
      } else {
        try check.reads(operand, rows: 1, columns: parameters, distance: parameters)
      }
    }
    try check.writes(target, rows: 1, columns: all, distance: all)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    (c.scale, c.shift) = (UnsafePointer(binding.floats(scale)), UnsafePointer(binding.floats(shift)))
    let bound = binding.add(cnn_normalization_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0.assumingMemoryBound(to: Float.self) }
    binding.onSlot(scale) { bound.pointee.scale = $0.assumingMemoryBound(to: Float.self) }
    binding.onSlot(shift) { bound.pointee.shift = $0.assumingMemoryBound(to: Float.self) }
  }
}
