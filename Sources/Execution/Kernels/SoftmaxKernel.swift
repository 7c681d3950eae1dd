import CKernels

/// The softmax, or its logarithm, of each line along an axis.
struct SoftmaxKernel: Kernel {
  static let code = "softmax"

  nonisolated(unsafe) var context = cnn_softmax()
  var source: Operand?
  var target: Operand?

  init() {}

  init(_ context: cnn_softmax, source: Operand, target: Operand) {
    (self.context, self.source, self.target) = (context, source, target)
  }

  var name: String { "softmax" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.operand(&target, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let tasks = partition.tasks(elements: c.outer * c.count * c.inner, nanoseconds: 0.5)
    // Rows, or vectors of lines that lie side by side.
    let lines = c.inner == 1 ? c.outer : (c.inner + 15) / 16
    let wanted = c.inner == 1 ? tasks : max(1, tasks / c.outer)
    context.grain = max(1, (lines + wanted - 1) / wanted)
  }

  var taskCount: Int {
    let c = context
    if c.inner == 1 { return Int((c.outer + c.grain - 1) / c.grain) }
    return Int(c.outer * ((c.inner + 16 * c.grain - 1) / (16 * c.grain)))
  }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.outer, c.count, c.inner, c.grain] { try check.require(size > 0 && size < 1 << 31) }
    try check.require(c.is_logarithm == 0 || c.is_logarithm == 1)
    let (outer, count, inner) = (Int(c.outer), Int(c.count), Int(c.inner))
    if inner == 1 {
      try check.reads(source, rows: outer, columns: count, distance: Int(c.input_row))
      try check.writes(target, rows: outer, columns: count, distance: Int(c.output_row))
    } else {
      let all = try check.product(outer, count, inner)
      try check.reads(source, rows: 1, columns: all, distance: all)
      try check.writes(target, rows: 1, columns: all, distance: all)
    }
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    let bound = binding.add(cnn_softmax_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0.assumingMemoryBound(to: Float.self) }
  }
}
