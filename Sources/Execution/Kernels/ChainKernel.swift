import CKernels

/// A chain of operators that work element by element, row-major and of any rank, in one pass over memory.
struct ChainKernel: Kernel {
  static let code = "chain"

  /// What an operand lies in: rows of numbers, `distance` apart.
  struct Rows: Sendable {
    var rows: Int
    var columns: Int
    var distance: Int
  }

  nonisolated(unsafe) var context = cnn_chain()
  /// The result's extents, with axes joined that all operands pass through as one.
  var extents: [Int64] = []
  /// For each operand and axis how far apart its elements lie.
  var steps: [Int64] = []
  /// For each operand ``Rows``, three numbers each.
  var rows: [Int64] = []
  nonisolated(unsafe) var operations: [cnn_chain_operation] = []
  var operands: [Operand?] = []
  var target: Operand?

  init() {}

  init(
    extents: [Int], operands: [(operand: Operand, steps: [Int], rows: Rows)], operations: [cnn_chain_operation],
    results: Int, target: Operand
  ) {
    self.extents = extents.map(Int64.init)
    steps = operands.flatMap { $0.steps.map(Int64.init) }
    rows = operands.flatMap { [$0.rows.rows, $0.rows.columns, $0.rows.distance].map(Int64.init) }
    (self.operands, self.operations, self.target) = (operands.map(\.operand), operations, target)
    context.count = self.extents.reduce(1, *)
    (context.axes, context.operands) = (Int32(extents.count), Int32(operands.count))
    (context.results, context.operation_count) = (Int32(results), Int32(operations.count))
  }

  var name: String { "chain" }
  var details: [String] { ["\(operands.count) operands", "\(operations.count) operations"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.values(&extents)
    try fields.values(&steps)
    try fields.values(&rows)
    try fields.values(&operations)
    let count = Int(context.operands)
    guard count >= 0, count <= CNN_CHAIN_OPERANDS else { throw Unsound() }
    if operands.count != count { operands = Array(repeating: nil, count: count) }
    for index in operands.indices { try fields.operand(&operands[index], .reads) }
    try fields.operand(&target, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let block = Int64(CNN_CHAIN_BLOCK)
    let bytes = Double(context.count) * 4 * Double(operands.count + 1)
    let moving = bytes / Partition.bytesPerMicrosecond
    let computing = operations.reduce(0) { $0 + Double(context.count) * $1.nanoseconds } / 1000
    let tasks = Int64(partition.tasks(microseconds: max(moving, computing)))
    context.grain = ((context.count + tasks - 1) / tasks + block - 1) / block * block
  }

  var taskCount: Int { Int((context.count + context.grain - 1) / context.grain) }

  var scratch: Int {
    CNN_CHAIN_BLOCK * (2 * operands.count + Int(context.results) + 1)
  }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    let axes = extents.count
    try check.require(axes > 0 && axes <= CNN_CHAIN_AXES && axes == Int(c.axes))
    try check.require(operands.count == Int(c.operands) && operands.count <= CNN_CHAIN_OPERANDS)
    try check.require(c.results >= 0 && c.results <= Int32(CNN_CHAIN_RESULTS))
    try check.require(operations.count == Int(c.operation_count) && !operations.isEmpty && operations.count <= 256)
    try check.require(steps.count == operands.count * axes && rows.count == operands.count * 3)
    var count = 1
    for extent in extents {
      try check.require(extent > 0 && extent < 1 << 30)
      count = try check.product(count, Int(extent))
    }
    let block = Int64(CNN_CHAIN_BLOCK)
    try check.require(Int(c.count) == count && c.grain > 0 && c.grain < 1 << 31 && c.grain % block == 0)
    for (index, operand) in operands.enumerated() {
      let form = rows[index * 3..<index * 3 + 3].map { Int($0) }
      for size in form { try check.require(size >= 0 && size < 1 << 31) }
      let room = try check.product(max(form[0] - 1, 0), form[2]) + form[1]
      var last = 0
      for (extent, step) in zip(extents, steps[index * axes..<(index + 1) * axes]) {
        try check.require(step >= 0 && step < 1 << 31)
        last += try check.product(Int(extent) - 1, Int(step))
        try check.require(last < room)
      }
      if case .packed? = operand {
        try check.constants(operand, room)
      } else {
        try check.reads(operand, rows: form[0], columns: form[1], distance: form[2])
      }
    }
    let output = operands.count + Int(c.results)
    for (index, operation) in operations.enumerated() {
      try check.require(operation.isSound(registers: output))
      let isLast = index == operations.count - 1
      try check.require(isLast ? Int(operation.target) == output : Int(operation.target) < output)
      try check.require(Int(operation.target) >= operands.count)
    }
    try check.writes(target, rows: 1, columns: count, distance: count)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.extents = UnsafePointer(binding.contexts.copy(extents))
    c.steps = UnsafePointer(binding.contexts.copy(steps))
    c.operations = UnsafePointer(binding.contexts.copy(operations))
    let data = binding.contexts.copy(operands.map { operand in binding.floats(operand).map { UnsafePointer($0) } })
    c.data = data
    c.output = binding.floats(target)
    binding.add(cnn_chain_kernel, c, tasks: tasks)
    for (index, operand) in operands.enumerated() {
      binding.onSlot(operand) { data[index] = $0.assumingMemoryBound(to: Float.self) }
    }
  }
}

extension cnn_chain_operation {
  /// True if the kernels know the operation, and it reads registers below a number.
  func isSound(registers: Int) -> Bool {
    guard code >= 0, code < Int32(CNN_CHAIN_CODES.rawValue), a >= 0, b >= 0, a < registers, b < registers else {
      return false
    }
    switch UInt32(code) {
    case CNN_CHAIN_ACTIVATION.rawValue: return c >= 0 && c <= Int32(CNN_MISH.rawValue)
    case CNN_CHAIN_SELECT.rawValue: return c >= 0 && c < registers
    default: return true
    }
  }

  /// Roughly what an element takes.
  var nanoseconds: Double {
    switch cnn_chain_code(UInt32(code)) {
    case CNN_CHAIN_POWER: 2
    case CNN_CHAIN_ACTIVATION, CNN_CHAIN_EXPONENTIAL, CNN_CHAIN_LOGARITHM, CNN_CHAIN_ERROR_FUNCTION,
      CNN_CHAIN_GELU_BY_TANH, CNN_CHAIN_SOFTPLUS:
      0.5
    default: 0.05
    }
  }
}
