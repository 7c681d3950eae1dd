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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { context.cut(partition) }

  var taskCount: Int { context.taskCount }

  var scratch: Int { Int(CNN_PRODUCT_SCRATCH) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try c.check(&check, a: a, bias: bias, target: target, starts: starts)
    try check.require(c.bias_rows == 0)
    try check.factor(b, starts: 1, of: starts, (c.depth, c.b_step), (c.columns, c.b_column))
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

extension cnn_product {
  /// Rows and columns that make a piece worth its copies of the operands.
  private static let leastRows = 48
  private static let leastColumns = 64

  mutating func cut(_ partition: Partition) {
    let (matrices, rows, columns) = (Int(self.matrices), Int(self.rows), Int(self.columns))
    let work = Double(matrices) * Double(rows) * Double(columns) * Double(depth)
    let wanted = partition.tasks(microseconds: work / Partition.workPerMicrosecond)
    let perMatrix = max(1, (wanted + matrices - 1) / matrices)
    let bands = min(perMatrix, max(1, rows / Self.leastRows))
    let spans = min((perMatrix + bands - 1) / bands, max(1, columns / Self.leastColumns))
    // Tiles of every instruction set fill a band of whole dozens and a span of whole panels.
    band = Int64((rows + bands - 1) / bands).roundedUp(to: 12)
    span = Int64((columns + spans - 1) / spans).roundedUp(to: 32)
  }

  var taskCount: Int {
    func parts(_ size: Int64, _ part: Int64) -> Int { Int((size + part - 1) / part) }
    return Int(matrices) * parts(rows, band) * parts(columns, span)
  }

  /// Sizes, and all operands but the second factor.
  func check(
    _ check: inout some AccessCheck, a: Operand?, bias: Operand?, target: Operand?, starts: [Int64]
  ) throws {
    for size in [matrices, rows, depth, columns, band, span] { try check.require(size > 0 && size < 1 << 31) }
    for distance in [a_row, a_step, b_step, b_column] { try check.require(distance >= 0 && distance < 1 << 31) }
    try check.activation(activation)
    try check.require(starts.count == 2 * Int(matrices) && starts.allSatisfy { $0 >= 0 && $0 < 1 << 40 })
    try check.factor(a, starts: 0, of: starts, (rows, a_row), (depth, a_step))
    try check.require(bias_rows >= 0 && bias_rows < 1 << 31 && (bias_rows == 0 || bias != nil))
    if bias != nil { try check.constants(bias, Int(bias_rows == 0 ? columns : bias_rows)) }
    let count = try check.product(Int(matrices), Int(rows), Int(columns))
    try check.writes(target, rows: 1, columns: count, distance: count)
  }
}

extension AccessCheck {
  typealias ProductAxis = (extent: Int64, distance: Int64)

  /// The kernel reads matrices that begin at every other one of `starts`.
  mutating func factor(
    _ operand: Operand?, starts parity: Int, of starts: [Int64], _ rows: ProductAxis, _ columns: ProductAxis
  ) throws {
    let last = stride(from: parity, to: starts.count, by: 2).reduce(0) { max($0, Int(starts[$1])) }
    let rowsEnd = try product(Int(rows.extent - 1), Int(rows.distance))
    let columnsEnd = try product(Int(columns.extent - 1), Int(columns.distance))
    let end = last + rowsEnd + columnsEnd + 1
    if case .packed? = operand { try constants(operand, end) } else { try reads(operand, before: end) }
  }
}

extension Int64 {
  fileprivate func roundedUp(to multiple: Int64) -> Int64 { (self + multiple - 1) / multiple * multiple }
}
