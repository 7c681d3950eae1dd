import CKernels

/// Copies channels from wherever they lie into blocks of their own.
struct GatherKernel: Kernel {
  static let code = "gather"

  nonisolated(unsafe) var context = cnn_gather()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []
  /// For each lane of the output the plane of the input, -1 for zeros.
  var sources: [Int16] = []
  /// And the lane of that plane.
  var lanes: [Int8] = []

  init() {}

  init(_ context: cnn_gather, input: [PlaneReference], output: [PlaneReference], sources: [Int16], lanes: [Int8]) {
    (self.context, self.input, self.output) = (context, input, output)
    (self.sources, self.lanes) = (sources, lanes)
  }

  var name: String { "gather" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
    try fields.values(&sources)
    try fields.values(&lanes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) { partition.spread(&context, bytes: 12) }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.reads(input, count: input.count, images: c.images, height: c.height, width: c.width)
    let count = try check.product(Int(c.blocks), Buffer.laneCount)
    // One that takes zeros alone still looks at the first plane.
    try check.require(!input.isEmpty && sources.count == count && lanes.count == count)
    try check.require(sources.allSatisfy { $0 >= -1 && Int($0) < input.count })
    try check.require(lanes.allSatisfy { $0 >= 0 && Int($0) < Buffer.laneCount })
    try check.writes(output, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    c.source = UnsafePointer(binding.contexts.copy(sources))
    c.lane = UnsafePointer(binding.contexts.copy(lanes))
    binding.add(cnn_gather_kernel, c, tasks: tasks)
  }
}

extension cnn_gather: BandedContext {}
