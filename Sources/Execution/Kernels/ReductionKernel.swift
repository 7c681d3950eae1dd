import CKernels

/// Elements joined along axes.
struct ReductionKernel: Kernel {
  static let code = "reduction"

  nonisolated(unsafe) var context = cnn_reduction()
  /// Extent and step of each axis that stays, and of each that goes, the last one's run left out.
  var kept: [Int64] = []
  var gone: [Int64] = []
  var source: Operand?
  var target: Operand?

  init() {}

  init(_ context: cnn_reduction, kept: [Int64], gone: [Int64], source: Operand, target: Operand) {
    (self.context, self.kept, self.gone, self.source, self.target) = (context, kept, gone, source, target)
    (self.context.kept_axes, self.context.gone_axes) = (Int32(kept.count / 2), Int32(gone.count / 2))
  }

  var name: String { "reduction" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.values(&kept)
    try fields.values(&gone)
    try fields.operand(&source, .reads)
    try fields.operand(&target, .writes)
  }

  /// What tasks are pieces of.
  private var pieces: Int64 { context.is_run_gone != 0 ? context.count : context.count * ((context.run + 63) / 64) }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let tasks = partition.tasks(elements: c.count * c.terms * c.run, nanoseconds: 0.2)
    context.grain = max(1, (pieces + tasks - 1) / tasks)
  }

  var taskCount: Int { Int((pieces + context.grain - 1) / context.grain) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.run, c.count, c.terms, c.grain] { try check.require(size > 0 && size < 1 << 31) }
    try check.require(c.is_run_gone == 0 || c.is_run_gone == 1)
    try check.require(c.kind >= 0 && c.kind <= Int32(CNN_REDUCE_MINIMUM.rawValue))
    try check.require(c.end >= 0 && c.end <= Int32(CNN_REDUCED_LOGARITHM.rawValue))
    var last = Int(c.run)
    for (axes, number, count) in [(kept, c.kept_axes, c.count), (gone, c.gone_axes, c.terms)] {
      try check.require(axes.count == 2 * Int(number) && number >= 0 && number <= CNN_REDUCTION_AXES)
      var all = 1
      for index in stride(from: 0, to: axes.count, by: 2) {
        let (extent, step) = (axes[index], axes[index + 1])
        try check.require(extent > 0 && extent < 1 << 31 && step >= 0 && step < 1 << 31)
        all = try check.product(all, Int(extent))
        last += try check.product(Int(extent) - 1, Int(step))
      }
      try check.require(all == Int(count))
    }
    let all = try check.product(Int(c.count), Int(c.terms), Int(c.run))
    try check.require(last <= all)
    try check.reads(source, rows: 1, columns: all, distance: all)
    let results = try check.product(Int(c.count), c.is_run_gone != 0 ? 1 : Int(c.run))
    try check.writes(target, rows: 1, columns: results, distance: results)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.kept, c.gone) = (UnsafePointer(binding.contexts.copy(kept)), UnsafePointer(binding.contexts.copy(gone)))
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    let bound = binding.add(cnn_reduction_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0.assumingMemoryBound(to: Float.self) }
  }
}
