import CKernels

/// A convolution over one to three axes of a row-major tensor.
struct VolumeKernel: Kernel {
  static let code = "volume"

  nonisolated(unsafe) var context = cnn_volume()
  var weights: Operand?
  var input: Operand?
  var bias: Operand?
  var target: Operand?
  /// Where each group's weights and input begin, in turn.
  var starts: [Int64] = []

  init() {}

  init(_ context: cnn_volume, weights: Operand, input: Operand, bias: Operand?, target: Operand, starts: [Int64]) {
    (self.context, self.weights, self.input) = (context, weights, input)
    (self.bias, self.target, self.starts) = (bias, target, starts)
  }

  var name: String { "volume" }
  var details: [String] {
    let p = context.product
    return ["\(p.matrices == 1 ? "" : "\(p.matrices) × ")\(p.rows) × \(p.depth) × \(p.columns)"]
  }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&weights, .reads)
    try fields.operand(&input, .reads)
    try fields.operand(&bias, .reads)
    try fields.operand(&target, .writes)
    try fields.values(&starts)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { context.product.cut(partition) }

  var taskCount: Int { context.product.taskCount }

  var scratch: Int { Int(CNN_PRODUCT_SCRATCH) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try c.product.check(&check, a: weights, bias: bias, target: target, starts: starts)
    func three(_ numbers: (Int32, Int32, Int32)) -> [Int32] { [numbers.0, numbers.1, numbers.2] }
    let (extents, outputs, kernel) = (three(c.input), three(c.output), three(c.kernel))
    for size in extents + outputs { try check.require(size > 0 && size < 1 << 30) }
    for (index, size) in kernel.enumerated() {
      try check.window((size, three(c.stride)[index], three(c.dilation)[index], three(c.pad)[index]))
    }
    let pixels = try check.product(Int(outputs[0]), Int(outputs[1]), Int(outputs[2]))
    let taps = try check.product(Int(kernel[0]), Int(kernel[1]), Int(kernel[2]))
    try check.require(pixels == Int(c.product.columns) && Int(c.product.depth) % taps == 0)
    let plane = try check.product(Int(extents[0]), Int(extents[1]), Int(extents[2]))
    let group = try check.product(plane, Int(c.product.depth) / taps)
    let last = stride(from: 1, to: starts.count, by: 2).reduce(0) { max($0, Int(starts[$1])) }
    try check.reads(input, before: last + group)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.product.a, c.product.b) = (binding.address(weights), binding.address(input))
    (c.product.bias, c.product.output) = (UnsafePointer(binding.floats(bias)), binding.floats(target))
    c.product.starts = UnsafePointer(binding.contexts.copy(starts))
    let bound = binding.add(cnn_volume_kernel, c, tasks: tasks)
    binding.onSlot(weights) { bound.pointee.product.a = $0 }
    binding.onSlot(input) { bound.pointee.product.b = $0 }
  }
}
