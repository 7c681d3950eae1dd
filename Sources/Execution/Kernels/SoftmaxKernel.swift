import CKernels

/// The softmax of each row of a matrix.
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

  var taskCount: Int { Int(context.rows) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.rows, c.columns] { try check.require(size > 0 && size < 1 << 31) }
    let (rows, columns) = (Int(c.rows), Int(c.columns))
    try check.reads(source, rows: rows, columns: columns, distance: Int(c.input_row))
    try check.writes(target, rows: rows, columns: columns, distance: Int(c.output_row))
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    binding.add(cnn_softmax_kernel, c, tasks: tasks)
  }
}
