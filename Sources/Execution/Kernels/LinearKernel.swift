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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int {
    let c = context
    let bytes = Int(c.inputs * c.outputs) * 4
    let work = Double(c.rows) * Double(c.inputs) * Double(c.outputs)
    let microseconds = max(Double(bytes) / Partition.bytesPerMicrosecond, work / Partition.workPerMicrosecond)
    let wanted = Int64(partition.tasks(microseconds: microseconds))
    // Spans are whole groups of rows that a kernel takes at once.
    let span = max(16, (c.outputs + wanted - 1) / wanted)
    context.span = c.is_transposed != 0 ? (span + 63) / 64 * 64 : (span + 15) / 16 * 16
    return Int((c.outputs + context.span - 1) / context.span)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (UnsafePointer(binding.floats(source)), binding.floats(target))
    (c.weights, c.bias) = (binding.bytes(weights), UnsafePointer(binding.floats(bias)))
    binding.add(cnn_linear_kernel, c, tasks: tasks)
  }
}
