import CKernels

/// Products of matrices: a batch of them, or one with a matrix of weights that many rows meet.
struct ProductKernel: Kernel {
  static let code = "product"

  nonisolated(unsafe) var context = cnn_product()
  var a: Operand?
  var b: Operand?
  var bias: Operand?
  var target: Operand?
  /// Where each matrix of the two begins, in turn.
  var starts: [Int64] = []

  init() {}

  init(_ context: cnn_product, a: Operand, b: Operand, bias: Operand?, target: Operand, starts: [Int64]) {
    (self.context, self.a, self.b, self.bias, self.target) = (context, a, b, bias, target)
    self.starts = starts
  }

  var name: String { "product" }
  var details: [String] {
    ["\(context.matrices == 1 ? "" : "\(context.matrices) × ")\(context.rows) × \(context.depth) × \(context.columns)"]
  }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&a, .reads)
    try fields.operand(&b, .reads)
    try fields.operand(&bias, .reads)
    try fields.operand(&target, .writes)
    try fields.values(&starts)
  }

  /// Rows and columns that make a piece worth its copies of the operands.
  private static let leastRows = 48
  private static let leastColumns = 64

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let (matrices, rows, columns) = (Int(context.matrices), Int(context.rows), Int(context.columns))
    let work = Double(matrices) * Double(rows) * Double(columns) * Double(context.depth)
    let wanted = partition.tasks(microseconds: work / Partition.workPerMicrosecond)
    let perMatrix = max(1, (wanted + matrices - 1) / matrices)
    let bands = min(perMatrix, max(1, rows / Self.leastRows))
    let spans = min((perMatrix + bands - 1) / bands, max(1, columns / Self.leastColumns))
    // Tiles of every instruction set fill a band of whole dozens and a span of whole panels.
    context.band = Int64((rows + bands - 1) / bands).roundedUp(to: 12)
    context.span = Int64((columns + spans - 1) / spans).roundedUp(to: 32)
  }

  var taskCount: Int {
    func parts(_ size: Int64, _ part: Int64) -> Int { Int((size + part - 1) / part) }
    return Int(context.matrices) * parts(context.rows, context.band) * parts(context.columns, context.span)
  }

  var scratch: Int { Int(CNN_PRODUCT_SCRATCH) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.matrices, c.rows, c.depth, c.columns, c.band, c.span] {
      try check.require(size > 0 && size < 1 << 31)
    }
    for distance in [c.a_row, c.a_step, c.b_step, c.b_column] {
      try check.require(distance >= 0 && distance < 1 << 31)
    }
    try check.activation(c.activation)
    try check.require(starts.count == 2 * Int(c.matrices) && starts.allSatisfy { $0 >= 0 && $0 < 1 << 40 })
    try reads(a, starts: 0, (c.rows, c.a_row), (c.depth, c.a_step), &check)
    try reads(b, starts: 1, (c.depth, c.b_step), (c.columns, c.b_column), &check)
    if bias != nil { try check.constants(bias, Int(c.columns)) }
    let count = try check.product(Int(c.matrices), Int(c.rows), Int(c.columns))
    try check.writes(target, rows: 1, columns: count, distance: count)
  }

  private typealias Axis = (extent: Int64, distance: Int64)

  /// Everything up to the last element that is read.
  private func reads(
    _ operand: Operand?, starts parity: Int, _ rows: Axis, _ columns: Axis, _ check: inout some AccessCheck
  ) throws {
    let last = stride(from: parity, to: starts.count, by: 2).reduce(0) { max($0, Int(starts[$1])) }
    let rowsEnd = try check.product(Int(rows.extent - 1), Int(rows.distance))
    let columnsEnd = try check.product(Int(columns.extent - 1), Int(columns.distance))
    let end = last + rowsEnd + columnsEnd + 1
    if case .packed? = operand { try check.constants(operand, end) } else { try check.reads(operand, before: end) }
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.a, c.b) = (binding.address(a), binding.address(b))
    (c.bias, c.output) = (UnsafePointer(binding.floats(bias)), binding.floats(target))
    c.starts = UnsafePointer(binding.contexts.copy(starts))
    let bound = binding.add(cnn_product_kernel, c, tasks: tasks)
    binding.onSlot(a) { bound.pointee.a = $0 }
    binding.onSlot(b) { bound.pointee.b = $0 }
  }
}

extension Int64 {
  fileprivate func roundedUp(to multiple: Int64) -> Int64 { (self + multiple - 1) / multiple * multiple }
}
