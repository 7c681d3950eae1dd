import CKernels

/// A chain of operators that work element by element on images in blocks, in one pass over memory.
struct BlockedChainKernel: Kernel {
  static let code = "blocked chain"

  /// What the chain reads.
  enum Source {
    case image([PlaneReference])
    /// One pixel for all of an image.
    case pixel([PlaneReference])
    /// A number for each lane of each block.
    case channels(Operand)
  }

  nonisolated(unsafe) var context = cnn_blocked_chain()
  /// Of the operands.
  var kinds: [Int32] = []
  nonisolated(unsafe) var operations: [cnn_chain_operation] = []
  /// For each operand its planes, none for numbers.
  var planes: [[PlaneReference]] = []
  /// For each operand its numbers, `nil` for planes.
  var numbers: [Operand?] = []
  var output: [PlaneReference] = []

  init() {}

  init(
    _ shape: ImageShape, _ sources: [Source], _ operations: [cnn_chain_operation], results: Int,
    output: [PlaneReference]
  ) {
    (self.operations, self.output) = (operations, output)
    for source in sources {
      switch source {
      case .image(let list): add(CNN_CHAIN_IMAGE, list, nil)
      case .pixel(let list): add(CNN_CHAIN_PIXEL, list, nil)
      case .channels(let operand): add(CNN_CHAIN_CHANNELS, [], operand)
      }
    }
    (context.operands, context.results) = (Int32(sources.count), Int32(results))
    context.operation_count = Int32(operations.count)
    (context.blocks, context.images) = (Int32(output.count), Int32(shape.images))
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    context.last_lanes = Int32((shape.channels - 1) % Buffer.laneCount + 1)
  }

  private mutating func add(_ kind: cnn_chain_operand, _ list: [PlaneReference], _ operand: Operand?) {
    kinds.append(Int32(kind.rawValue))
    planes.append(list)
    numbers.append(operand)
  }

  var name: String { "blocked chain" }
  var details: [String] { ["\(kinds.count) operands", "\(operations.count) operations"] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.values(&kinds)
    try fields.values(&operations)
    let count = Int(context.operands)
    guard count >= 0, count <= CNN_CHAIN_OPERANDS else { throw Unsound() }
    if planes.count != count { planes = Array(repeating: [], count: count) }
    if numbers.count != count { numbers = Array(repeating: nil, count: count) }
    for index in 0..<count {
      try fields.planes(&planes[index], .reads)
      try fields.operand(&numbers[index], .reads)
    }
    try fields.planes(&output, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let nanoseconds = operations.reduce(0) { $0 + $1.nanoseconds }
    partition.spread(&context, bytes: 4 * (kinds.count + 1), taps: Int(15 * nanoseconds))
  }

  var taskCount: Int { context.taskCount }

  var scratch: Int { CNN_CHAIN_BLOCK * (kinds.count + Int(context.results)) }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.require(kinds.count == Int(c.operands) && kinds.count <= CNN_CHAIN_OPERANDS)
    try check.require(planes.count == kinds.count && numbers.count == kinds.count)
    try check.require(c.results >= 0 && c.results <= Int32(CNN_CHAIN_RESULTS))
    try check.require(operations.count == Int(c.operation_count) && !operations.isEmpty && operations.count <= 256)
    try check.require(c.last_lanes > 0 && Int(c.last_lanes) <= Buffer.laneCount)
    let blocks = Int(c.blocks)
    for (index, kind) in kinds.enumerated() {
      switch UInt32(bitPattern: kind) {
      case CNN_CHAIN_IMAGE.rawValue:
        try check.require(numbers[index] == nil)
        try check.reads(planes[index], count: blocks, images: c.images, height: c.height, width: c.width)
      case CNN_CHAIN_PIXEL.rawValue:
        try check.require(numbers[index] == nil)
        try check.reads(planes[index], count: blocks, images: c.images, height: 1, width: 1)
      case CNN_CHAIN_CHANNELS.rawValue:
        try check.require(planes[index].isEmpty)
        try check.constants(numbers[index], check.product(blocks, Buffer.laneCount))
      default: throw Unsound()
      }
    }
    let last = kinds.count + Int(c.results)
    for (index, operation) in operations.enumerated() {
      try check.require(operation.isSound(registers: last))
      let isLast = index == operations.count - 1
      try check.require(isLast ? Int(operation.target) == last : Int(operation.target) < last)
      try check.require(Int(operation.target) >= kinds.count)
    }
    try check.writes(output, count: blocks, images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.kinds = UnsafePointer(binding.contexts.copy(kinds))
    c.operations = UnsafePointer(binding.contexts.copy(operations))
    c.planes = UnsafePointer(binding.contexts.copy(planes.map { binding.planes($0) }))
    c.numbers = UnsafePointer(binding.contexts.copy(numbers.map { UnsafePointer(binding.floats($0)) }))
    c.output = binding.planes(output)
    binding.add(cnn_blocked_chain_kernel, c, tasks: tasks)
  }
}

extension cnn_blocked_chain: BandedContext {}
