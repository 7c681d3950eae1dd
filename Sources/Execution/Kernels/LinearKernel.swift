import CKernels

/// A product with a matrix of weights, which are read where they lie.
struct LinearKernel: Kernel {
  static let code = "linear"

  nonisolated(unsafe) var context = cnn_linear()
  var source: Operand?
  var target: Operand?
  var weights: Operand?
  var bias: Operand?

  init() {}

  init(_ context: cnn_linear, source: Operand, target: Operand, weights: Operand, bias: Operand) {
    (self.context, self.source, self.target) = (context, source, target)
    (self.weights, self.bias) = (weights, bias)
  }

  var name: String { "linear" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.operand(&target, .writes)
    try fields.operand(&weights, .reads)
    try fields.operand(&bias, .reads)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let bytes = Int(c.inputs * c.outputs) * 4
    let work = Double(c.rows) * Double(c.inputs) * Double(c.outputs)
    let microseconds = max(Double(bytes) / Partition.bytesPerMicrosecond, work / Partition.workPerMicrosecond)
    let wanted = Int64(partition.tasks(microseconds: microseconds))
    // Spans are whole groups of rows that a kernel takes at once.
    let span = max(16, (c.outputs + wanted - 1) / wanted)
    context.span = c.is_transposed != 0 ? (span + 63) / 64 * 64 : (span + 15) / 16 * 16
  }

  var taskCount: Int { Int((context.outputs + context.span - 1) / context.span) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.rows, c.inputs, c.outputs, c.padded_outputs, c.span] {
      try check.require(size > 0 && size < 1 << 31)
    }
    try check.require(c.padded_outputs >= c.outputs && c.is_transposed >= 0 && c.is_transposed <= 1)
    try check.activation(c.activation)
    let (rows, inputs, outputs) = (Int(c.rows), Int(c.inputs), Int(c.outputs))
    try check.require(c.weight_row == (c.is_transposed != 0 ? c.outputs : c.inputs))
    try check.weights(weights, check.product(inputs, outputs))
    try check.constants(bias, Int(c.padded_outputs) + 16)
    try check.reads(source, rows: rows, columns: inputs, distance: Int(c.input_row))
    try check.writes(target, rows: rows, columns: Int(c.padded_outputs), distance: Int(c.output_row))
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    (c.weights, c.bias) = (binding.bytes(weights), UnsafePointer(binding.floats(bias)))
    binding.add(cnn_linear_kernel, c, tasks: tasks)
  }
}
