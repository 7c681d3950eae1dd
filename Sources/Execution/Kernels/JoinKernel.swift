import CKernels

/// Arrays side by side: a concatenation along any axis of row-major tensors.
struct JoinKernel: Kernel {
  static let code = "join"

  nonisolated(unsafe) var context = cnn_joining()
  var sources: [Operand?] = []
  /// Numbers of each part's row.
  var counts: [Int64] = []
  var target: Operand?

  init() {}

  init(rows: Int, sources: [Operand], counts: [Int], target: Operand) {
    (self.sources, self.counts, self.target) = (sources, counts.map { Int64($0) }, target)
    (context.rows, context.band) = (Int64(rows), Int64(rows))
    (context.part_count, context.output_row) = (Int64(counts.count), Int64(counts.reduce(0, +)))
  }

  var name: String { "join" }
  var details: [String] { ["\(context.rows) rows of \(counts.map { "\($0)" }.joined(separator: " + "))"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.values(&counts)
    // A kernel that is filled from a file has as many sources as it has counts.
    if sources.count != counts.count { sources = Array(repeating: nil, count: counts.count) }
    for index in sources.indices { try fields.operand(&sources[index], .reads) }
    try fields.operand(&target, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let bytes = 8 * Double(context.rows) * Double(context.output_row)
    let wanted = Int64(partition.tasks(microseconds: bytes / Partition.bytesPerMicrosecond))
    context.band = max(1, (context.rows + wanted - 1) / wanted)
  }

  var taskCount: Int { Int((context.rows + context.band - 1) / context.band) }

  func check(_ check: inout some AccessCheck) throws {
    for size in [context.rows, context.output_row, context.band] + counts {
      try check.require(size > 0 && size < 1 << 31)
    }
    try check.require(!counts.isEmpty && Int(context.part_count) == counts.count && sources.count == counts.count)
    var sum = 0
    for count in counts { sum += Int(count) }
    try check.require(sum == Int(context.output_row))
    for (source, count) in zip(sources, counts) {
      try check.reads(source, before: check.product(Int(context.rows), Int(count)))
    }
    let count = try check.product(Int(context.rows), sum)
    try check.writes(target, rows: 1, columns: count, distance: count)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    let parts = binding.contexts.copy(
      zip(sources, counts).map { cnn_join_part(input: binding.address($0), count: $1, row: $1) })
    (c.parts, c.output) = (UnsafePointer(parts), binding.floats(target))
    binding.add(cnn_join_kernel, c, tasks: tasks)
    for (index, source) in sources.enumerated() { binding.onSlot(source) { parts[index].input = $0 } }
  }
}
