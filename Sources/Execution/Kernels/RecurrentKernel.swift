import CKernels

/// A recurrent layer, given the products with its inputs: each sequence and direction is a task.
struct RecurrentKernel: Kernel {
  static let code = "recurrent"

  nonisolated(unsafe) var context = cnn_recurrent()
  /// The products with the inputs, for each direction.
  var products: [Operand?] = [nil, nil]
  var weights: Operand?
  var candidateBias: Operand?
  /// The first states; `nil` for zeros.
  var hidden: Operand?
  var cell: Operand?
  /// What is wanted of the results.
  var output: Operand?
  var lastHidden: Operand?
  var lastCell: Operand?

  init() {}

  init(_ context: cnn_recurrent, products: [Operand], weights: Operand) {
    (self.context, self.weights) = (context, weights)
    self.products = products.map { $0 } + Array(repeating: nil, count: 2 - products.count)
  }

  var name: String { "recurrent" }
  var details: [String] { ["\(context.length) steps of \(context.units) units"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    for index in products.indices { try fields.operand(&products[index], .reads) }
    for member in [\Self.weights, \.candidateBias, \.hidden, \.cell] {
      try fields.operand(&self[keyPath: member], .reads)
    }
    for member in [\Self.output, \.lastHidden, \.lastCell] { try fields.operand(&self[keyPath: member], .writes) }
  }

  /// Gates of a unit.
  static func gates(_ kind: cnn_recurrence) -> Int { kind == CNN_LSTM ? 4 : kind == CNN_RNN ? 1 : 3 }

  private var blocks: Int { Buffer.blocks(of: Int(context.units)) }

  var taskCount: Int { Int(context.directions) * Int(context.batch) }

  var scratch: Int { 4 * blocks * Buffer.laneCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    for size in [c.length, c.batch, c.units] { try check.require(size > 0 && size < 1 << 31) }
    try check.require(c.kind.rawValue <= CNN_RNN.rawValue && (1...2).contains(c.directions))
    try check.require(c.reverses >= -1 && c.reverses < c.directions && c.units < 1 << 20)
    let (directions, gates) = (Int(c.directions), Self.gates(c.kind))
    let row = try check.product(blocks, gates, Buffer.laneCount)
    let steps = try check.product(Int(c.length), Int(c.batch))
    for (index, operand) in products.enumerated() {
      try check.require((operand != nil) == (index < directions))
      if operand != nil { try check.reads(operand, before: check.product(steps, row)) }
    }
    try check.constants(weights, check.product(directions, Int(c.units), row))
    try check.require((candidateBias != nil) == (c.kind == CNN_GRU))
    if candidateBias != nil { try check.constants(candidateBias, directions * blocks * Buffer.laneCount) }
    let states = try check.product(directions, Int(c.batch), Int(c.units))
    for operand in [hidden, cell] where operand != nil { try check.reads(operand, before: states) }
    try check.require(c.kind == CNN_LSTM || cell == nil && lastCell == nil)
    let all = try check.product(states, Int(c.length))
    for (operand, count) in [(output, all), (lastHidden, states), (lastCell, states)] where operand != nil {
      try check.writes(operand, rows: 1, columns: count, distance: count)
    }
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.products = (UnsafePointer(binding.floats(products[0])), UnsafePointer(binding.floats(products[1])))
    (c.weights, c.candidate_bias) = (
      UnsafePointer(binding.floats(weights)), UnsafePointer(binding.floats(candidateBias))
    )
    (c.hidden, c.cell) = (binding.address(hidden), binding.address(cell))
    (c.output, c.last_hidden) = (binding.floats(output), binding.floats(lastHidden))
    c.last_cell = binding.floats(lastCell)
    let bound = binding.add(cnn_recurrent_kernel, c, tasks: tasks)
    binding.onSlot(hidden) { bound.pointee.hidden = $0 }
    binding.onSlot(cell) { bound.pointee.cell = $0 }
  }
}
