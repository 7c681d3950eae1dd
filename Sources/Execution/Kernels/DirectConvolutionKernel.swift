import CKernels

/// A convolution of whole blocks, or of plain channels, without a detour; a 1×1 one may scale its input while it reads it.
struct DirectConvolutionKernel: Kernel {
  static let code = "convolution"

  nonisolated(unsafe) var context = cnn_convolution()
  var operands = ConvolutionOperands()
  /// What the input is multiplied by, and what is added to it; `nil` for nothing.
  var scale: Operand?
  var shift: Operand?
  /// The group of each input lane and of each output lane; `nil` if all lanes of a group meet.
  var inputGroups: Operand?
  var outputGroups: Operand?
  /// Pixels of the pieces that an image is cut into if it counts as one long row; 0 if it does not.
  private var flatWidth = 0

  init() {}

  init(_ context: cnn_convolution, _ operands: ConvolutionOperands) {
    (self.context, self.operands) = (context, operands)
  }

  var name: String {
    if scale != nil { return "1x1 after prologue" }
    return context.kernel_height == 1 && context.kernel_width == 1 ? "1x1" : "direct"
  }

  var details: [String] {
    let c = context
    return ["\(c.group_inputs)→\(c.output_blocks) blocks, \(c.width)×\(c.height)", "band \(c.band), span \(c.span)"]
      + (c.activation.isIdentity ? [] : [c.activation.name]) + operands.details
  }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try operands.visit(&fields)
    try fields.operand(&scale, .reads)
    try fields.operand(&shift, .reads)
    try fields.operand(&inputGroups, .reads)
    try fields.operand(&outputGroups, .reads)
    try fields.value(&flatWidth)
  }

  var reach: Reach? { context.reach }
  var reachedPlanes: [PlaneReference] { operands.input }

  var scratch: Int {
    var c = context
    guard scale != nil else { return Int(cnn_convolution_scratch(&c)) }
    // Only whether there is a prologue counts.
    return withUnsafePointer(to: Float(0)) { some in
      c.scale = some
      return Int(cnn_convolution_scratch(&c))
    }
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    if isPointwise, isFlat(buffers) { flatten() }
    let cut = cheapestCut(partition)
    (context.band, context.span) = (Int32(cut.band), Int32(cut.span))
  }

  var taskCount: Int {
    Int(context.images) * ceiling(context.height, context.band) * ceiling(context.output_blocks, context.span)
  }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.sizes(c.group_inputs, c.group_outputs, c.output_blocks, c.images, c.height, c.width, c.last_width)
    try check.sizes(c.band, c.span)
    try check.window(c)
    try check.require(c.band <= c.height && c.span <= c.output_blocks && c.output_blocks % c.group_outputs == 0)
    try check.require(c.lanes == 1 || c.lanes == Int32(Buffer.laneCount))
    let (blocks, groups) = (Int(c.output_blocks), Int(c.output_blocks / c.group_outputs))
    let planes = try check.product(groups, Int(c.group_inputs))
    let depth = try check.product(Int(c.group_inputs), Int(c.lanes), Int(c.kernel_height), Int(c.kernel_width))
    try check.constants(operands.weights, check.product(blocks, Buffer.laneCount, depth))
    try checkPrologue(&check, groups)
    try check.require((inputGroups == nil) == (outputGroups == nil))
    if inputGroups != nil {
      try check.constants(inputGroups, check.product(planes, Int(c.lanes)))
      try check.constants(outputGroups, check.product(blocks, Buffer.laneCount))
    }
    guard flatWidth != 0 else {
      try check.require(c.last_width == c.width)
      try check.reads(operands.input, count: planes, images: c.images, reach: c.reach, lanes: Int(c.lanes))
      return try operands.check(&check, blocks, c.images, c.height, c.width)
    }
    try check.require(isPointwise && flatWidth == Int(c.width) && c.last_width <= c.width)
    let pixels = try check.product(Int(c.height) - 1, flatWidth) + Int(c.last_width)
    try check.constants(operands.bias, check.product(blocks, Buffer.laneCount))
    try check.reads(operands.input, count: planes, images: c.images, pixels: pixels)
    if !operands.residual.isEmpty {
      try check.reads(operands.residual, count: blocks, images: c.images, pixels: pixels)
    }
    try check.writes(operands.output, count: blocks, images: c.images, pixels: pixels)
  }

  /// A prologue is of a 1×1 kernel without groups.
  private func checkPrologue(_ check: inout some AccessCheck, _ groups: Int) throws {
    let c = context
    guard scale != nil else { return try check.require(shift == nil) }
    let isOne = c.kernel_height == 1 && c.kernel_width == 1 && c.pad_top == 0 && c.pad_left == 0
    try check.require(isOne && groups == 1 && c.lanes == Int32(Buffer.laneCount))
    let count = try check.product(Int(c.group_inputs), Buffer.laneCount)
    if case .packed? = scale {
      try check.require(c.scale_image == 0)
      try check.constants(scale, count)
    } else {
      try check.require(c.scale_image >= 0)
      try check.reads(scale, rows: Int(c.images), columns: count, distance: Int(c.scale_image))
    }
    if shift != nil { try check.constants(shift, count) }
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    let row = flatWidth > 0 ? flatWidth * Buffer.laneCount : nil
    c.input = binding.planes(operands.input, row: row)
    c.residual = binding.planes(operands.residual, row: row)
    c.output = binding.planes(operands.output, row: row)
    c.weights = UnsafePointer(binding.floats(operands.weights))
    c.bias = UnsafePointer(binding.floats(operands.bias))
    c.scale = UnsafePointer(binding.floats(scale))
    c.shift = UnsafePointer(binding.floats(shift))
    c.input_groups = UnsafePointer(binding.floats(inputGroups))
    c.output_groups = UnsafePointer(binding.floats(outputGroups))
    binding.add(cnn_convolution_kernel, c, tasks: tasks)
  }
}

extension DirectConvolutionKernel {
  private var isPointwise: Bool {
    let c = context
    return c.kernel_height == 1 && c.kernel_width == 1 && c.stride_height == 1 && c.stride_width == 1 && c.lanes == 16
      && c.pad_top == 0 && c.pad_left == 0
  }

  /// True if the rows of all planes follow one another without a border.
  private func isFlat(_ buffers: [Buffer]) -> Bool {
    (operands.input + operands.residual + operands.output).allSatisfy {
      buffers[$0.buffer].border.left == 0 && buffers[$0.buffer].border.right == 0
    }
  }

  /// Sees an image as one row, cut into pieces that fill register tiles.
  private mutating func flatten() {
    let pixels = Int(context.height) * Int(context.width)
    // Pieces of equal size, an even number of them.
    let pieces = pixels <= 64 ? 1 : (pixels + 111) / 112 * 2
    let piece = (pixels + pieces - 1) / pieces
    flatWidth = piece
    context.width = Int32(piece)
    context.height = Int32((pixels + piece - 1) / piece)
    context.last_width = Int32(pixels - (Int(context.height) - 1) * piece)
  }

  /// The cut that moves the fewest bytes: each task reads its rows of the input and its blocks' weights.
  private func cheapestCut(_ partition: Partition) -> Partition.Cut {
    let c = context
    let (rows, width, blocks, images) = (Int(c.height), Int(c.width), Int(c.output_blocks), Int(c.images))
    let taps = Int(c.kernel_height) * Int(c.kernel_width)
    let depth = Int(c.group_inputs) * Int(c.lanes) * taps
    let work = Double(images * rows * width * blocks * 16) * Double(depth)
    let groups = max(1, blocks / max(1, Int(c.group_outputs)))
    let weightBytes = Double(blocks * 16 * depth * 4)
    let rowBytes = Double(
      Int(c.group_inputs) * groups * Int(c.lanes) * width * Int(c.stride_height) * Int(c.stride_width) * 4)
    let wanted = partition.tasks(microseconds: work / Partition.workPerMicrosecond)
    let threads = Double(partition.threads)
    var best = Partition.Cut(band: rows, span: blocks)
    var least = Double.infinity
    for spanCount in spanCounts(partition.threads) {
      let span = (blocks + spanCount - 1) / spanCount
      let spans = (blocks + span - 1) / span
      let perImage = (wanted + images * spans - 1) / (images * spans)
      let forCache = Int((rowBytes * Double(rows) / Double(Partition.inputBytes)).rounded(.up))
      var bands = min(rows, max(1, perImage))
      if forCache > bands { bands = min(rows, forCache) }
      let band = (rows + bands - 1) / bands
      bands = (rows + band - 1) / band
      let count = Double(bands * spans * images)
      // Weights are read anew by each band, the input by each span.
      let bytes = weightBytes * Double(bands * images) + rowBytes * Double(rows * images * spans)
      // Tasks that do not fill all threads' last round leave some idle.
      let rounds = (count / threads).rounded(.up) * threads / count
      let cost = work / Partition.workPerMicrosecond * rounds + bytes / 40_000
      if cost < least { (least, best) = (cost, Partition.Cut(band: band, span: span)) }
    }
    return best
  }

  private func spanCounts(_ threads: Int) -> [Int] {
    // What goes before a convolution is done anew for each span.
    if scale != nil { return [1] }
    let (blocks, groupOutputs) = (Int(context.output_blocks), Int(context.group_outputs))
    return (1...min(blocks, 8 * threads)).filter { count in
      let span = (blocks + count - 1) / count
      return span % groupOutputs == 0 || groupOutputs % span == 0
    }
  }
}
