import CNNTensors

/// Goes through a plan's steps in order, and checks that each stays within the memory that it names, reads only what an
/// earlier step wrote, and writes a buffer of its own.
///
/// Kernels say what they touch; see ``Kernel/check(_:)``.
struct PlanCheck: AccessCheck {
  private struct State {
    var isWritten = false
    var hasClearBorder = false
    var first = -1
    var last = -1
  }

  private let plan: Plan
  private let packedCount: Int
  private var states: [State]
  private var step = 0
  private var packed: [Range<Int>] = []
  private var tensors: Set<Int> = []
  /// The inputs that kernels read.
  private(set) var slots: Set<Int> = []

  init(_ plan: Plan, packedCount: Int) throws {
    (self.plan, self.packedCount) = (plan, packedCount)
    states = Array(repeating: State(), count: plan.buffers.count)
    for buffer in plan.buffers { try PlanCheck.check(buffer) }
    for (index, current) in plan.steps.enumerated() {
      step = index
      try current.kernel.check(&self)
    }
    step = plan.steps.count
    for port in plan.outputs { try check(port) }
    try checkArena()
    try checkConstants()
  }

  /// Bytes of the arena that all buffers lie in.
  var arenaByteCount: Int {
    zip(plan.buffers, states).reduce(0) { $1.1.first < 0 ? $0 : max($0, $1.0.offset + $1.0.paddedByteCount) }
  }

  // MARK: What kernels ask

  mutating func reads(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32, lanes: Int
  ) throws {
    try require(planes.count == count)
    for plane in planes {
      let buffer = try read(plane, images: images, lanes: lanes)
      try require(buffer.height == Int(height) && buffer.width == Int(width))
    }
  }

  mutating func reads(_ planes: [PlaneReference], count: Int, images: Int32, reach: Reach, lanes: Int) throws {
    try require(planes.count == count)
    for plane in planes {
      let buffer = try read(plane, images: images, lanes: lanes)
      let border = reach.border(over: buffer)
      try require(border.union(buffer.border) == buffer.border)
      try require(border.isEmpty || states[plane.buffer].hasClearBorder)
    }
  }

  mutating func reads(_ planes: [PlaneReference], count: Int, images: Int32, pixels: Int) throws {
    try require(planes.count == count)
    for plane in planes {
      let buffer = try read(plane, images: images, lanes: Buffer.laneCount)
      try require(buffer.border.left == 0 && buffer.border.right == 0)
      // Rows below the image are zeros, if its border is clear.
      let own = buffer.height * buffer.width
      try require(pixels == own || pixels > own && states[plane.buffer].hasClearBorder)
      try require(pixels <= own + buffer.border.bottom * buffer.width)
    }
  }

  mutating func writes(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32, lanes: Int
  ) throws {
    let buffer = try write(planes, count: count, images: images, lanes: lanes)
    try require(buffer.height == Int(height) && buffer.width == Int(width))
  }

  mutating func writes(_ planes: [PlaneReference], count: Int, images: Int32, pixels: Int) throws {
    let buffer = try write(planes, count: count, images: images, lanes: Buffer.laneCount)
    try require(buffer.border.left == 0 && buffer.border.right == 0 && buffer.height * buffer.width == pixels)
  }

  mutating func clears(_ planes: [PlaneReference], _ border: BorderKernel) throws {
    guard let index = planes.first?.buffer, plan.buffers.indices.contains(index) else { throw Unsound() }
    try require(border.clears(plan.buffers[index], index) && !states[index].isWritten && !states[index].hasClearBorder)
    states[index].hasClearBorder = true
    touch(index)
  }

  mutating func reads(_ operand: Operand?, rows: Int, columns: Int, distance: Int) throws {
    let extent = try extent(rows, columns, distance)
    switch operand {
    case .buffer(let index, let start):
      let buffer = try plainBuffer(index)
      try require(states[index].isWritten && start >= 0 && start <= buffer.count && extent <= buffer.count - start)
      // A matrix is read from its start; blocks of single pixels from any of them, one image after the other.
      let isMatrix = buffer.layout == .plain
      try require(isMatrix ? start == 0 : start % Buffer.laneCount == 0)
      try require(rows == 1 || (isMatrix ? rows * distance == buffer.count : distance == buffer.image))
      touch(index)
    case .slot(let index):
      try require(plan.inputs.indices.contains(index) && plan.inputs[index].elementType == .float32)
      try require(Tensor.elementCount(of: plan.inputs[index].shape) == extent)
      slots.insert(index)
    case .packed, .tensor, nil: throw Unsound()
    }
  }

  mutating func reads(_ operand: Operand?, before end: Int) throws {
    try require(end > 0)
    switch operand {
    case .buffer(let index, let start):
      let buffer = try plainBuffer(index)
      try require(states[index].isWritten && start >= 0 && start <= buffer.count && end <= buffer.count - start)
      touch(index)
    case .slot(let index):
      try require(plan.inputs.indices.contains(index) && plan.inputs[index].elementType == .float32)
      try require(end <= Tensor.elementCount(of: plan.inputs[index].shape))
      slots.insert(index)
    case .tensor(let index):
      try require(plan.tensors.indices.contains(index))
      try weights(operand, plan.tensors[index].count)
      try require(end <= plan.tensors[index].count)
    case .packed, nil: throw Unsound()
    }
  }

  mutating func writes(_ operand: Operand?, rows: Int, columns: Int, distance: Int) throws {
    guard case .buffer(let index, start: 0)? = operand else { throw Unsound() }
    try require(extent(rows, columns, distance) == plainBuffer(index).count && !states[index].isWritten)
    states[index].isWritten = true
    touch(index)
  }

  mutating func constants(_ operand: Operand?, _ count: Int) throws {
    guard case .packed(let start)? = operand, start >= 0, start <= packedCount, count > 0,
      count <= packedCount - start
    else { throw Unsound() }
    packed.append(start..<start + (count + 15) / 16 * 16)
  }

  mutating func weights(_ operand: Operand?, _ count: Int) throws {
    guard case .tensor(let index)? = operand, plan.tensors.indices.contains(index) else { throw Unsound() }
    let tensor = plan.tensors[index]
    try require(tensor.elementType == .float32 && tensor.count == count && tensors.insert(index).inserted)
  }

  // MARK: Buffers

  private static func check(_ buffer: Buffer) throws {
    let border = buffer.border
    let most = 1 << 30
    for size in [buffer.images, buffer.planes, buffer.height, buffer.width] where size < 1 || size > most {
      // A matrix may be as long as what Winograd's kernels share.
      guard buffer.layout == .plain, size > 0, size <= PlanCheck.most else { throw Unsound() }
    }
    for size in [border.top, border.left, border.bottom, border.right] where size < 0 || size > most { throw Unsound() }
    var count = buffer.lanes
    // The row and the plane are a little longer than these.
    for factor in [
      buffer.width + border.left + border.right, buffer.height + border.top + border.bottom, buffer.planes,
      buffer.images,
    ] {
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      guard !overflow, product <= PlanCheck.most >> 2 else { throw Unsound() }
      count = product
    }
    guard buffer.elementType == .float32, buffer.offset >= 0, buffer.offset % 64 == 0,
      buffer.offset <= PlanCheck.most
    else { throw Unsound() }
  }

  private mutating func touch(_ index: Int) {
    if states[index].first < 0 { states[index].first = step }
    states[index].last = step
  }

  private mutating func read(_ plane: PlaneReference, images: Int32, lanes: Int) throws -> Buffer {
    guard plan.buffers.indices.contains(plane.buffer) else { throw Unsound() }
    let buffer = plan.buffers[plane.buffer]
    try require(plane.plane >= 0 && plane.plane < buffer.planes && states[plane.buffer].isWritten)
    try require(buffer.images == Int(images) && buffer.lanes == lanes && buffer.layout != .plain)
    touch(plane.buffer)
    return buffer
  }

  private mutating func write(_ planes: [PlaneReference], count: Int, images: Int32, lanes: Int) throws -> Buffer {
    guard let index = planes.first?.buffer, plan.buffers.indices.contains(index) else { throw Unsound() }
    let buffer = plan.buffers[index]
    try require(planes.count == count && buffer.planes == count && !states[index].isWritten)
    for (number, plane) in planes.enumerated() { try require(plane == PlaneReference(buffer: index, plane: number)) }
    try require(buffer.images == Int(images) && buffer.lanes == lanes && buffer.layout != .plain)
    try require(buffer.border.isEmpty || states[index].hasClearBorder)
    states[index].isWritten = true
    touch(index)
    return buffer
  }

  /// A buffer whose numbers lie side by side: a matrix, or blocks of single pixels.
  private func plainBuffer(_ index: Int) throws -> Buffer {
    guard plan.buffers.indices.contains(index) else { throw Unsound() }
    let buffer = plan.buffers[index]
    let isPixel = buffer.layout == .blocked && buffer.height == 1 && buffer.width == 1
    try require(buffer.border.isEmpty && (buffer.layout == .plain || isPixel))
    return buffer
  }

  private func extent(_ rows: Int, _ columns: Int, _ distance: Int) throws -> Int {
    try require(rows > 0 && columns > 0 && (rows == 1 || distance >= columns))
    return rows == 1 ? columns : try product(rows - 1, distance) + columns
  }

  // MARK: The whole

  private mutating func check(_ port: Plan.Port) throws {
    guard let view = port.view else {
      guard let slot = port.slot, plan.inputs.indices.contains(slot) else { throw Unsound() }
      return try require(port.shape == plan.inputs[slot].shape && port.elementType == plan.inputs[slot].elementType)
    }
    try require(port.slot == nil && port.elementType == .float32 && view.start >= 0)
    try reads(
      .buffer(view.buffer, start: view.start), rows: view.rows, columns: view.columns, distance: view.rowDistance)
    try require(Tensor.elementCount(of: port.shape) == product(view.rows, view.columns))
  }

  /// Buffers that are in use at the same time do not overlap.
  private func checkArena() throws {
    struct Piece {
      let start: Int
      let end: Int
      let last: Int
    }
    let order = states.indices.filter { states[$0].first >= 0 }.sorted { states[$0].first < states[$1].first }
    // By their places, those in use and some that no longer are.
    var pieces: [Piece] = []
    for index in order {
      let (buffer, state) = (plan.buffers[index], states[index])
      let piece = Piece(start: buffer.offset, end: buffer.offset + buffer.byteCount, last: state.last)
      var (low, high) = (0, pieces.count)
      while low < high {
        let middle = (low + high) / 2
        if pieces[middle].end <= piece.start { low = middle + 1 } else { high = middle }
      }
      high = low
      while high < pieces.count, pieces[high].start < piece.end {
        try require(pieces[high].last < state.first)
        high += 1
      }
      // What is no longer in use makes room, but for what reaches over the new piece.
      let (before, after) = (low < high ? pieces[low] : piece, low < high ? pieces[high - 1] : piece)
      var replacement = [piece]
      if before.start < piece.start {
        replacement.insert(Piece(start: before.start, end: piece.start, last: before.last), at: 0)
      }
      if after.end > piece.end { replacement.append(Piece(start: piece.end, end: after.end, last: after.last)) }
      pieces.replaceSubrange(low..<high, with: replacement)
    }
  }

  /// Each packed constant, and each tensor, belongs to one kernel, and none is left over.
  private func checkConstants() throws {
    try require(tensors.count == plan.tensors.count)
    var end = 0
    for range in packed.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      try require(range.lowerBound == end)
      end = range.upperBound
    }
    try require(end == packedCount)
  }
}

extension Plan {
  /// Checks a plan that was read, and adds what follows from its steps and buffers.
  /// - Throws: ``Unsound`` if anything in it does not fit.
  mutating func complete(packedCount: Int) throws {
    (self.packedCount, slotCount, scratchCount) = (packedCount, inputs.count, 0)
    guard nodes.isEmpty, constantSlots.isEmpty, steps.allSatisfy({ $0.work >= 0 && $0.work < 1 << 40 }),
      steps.count < 1 << 20
    else { throw Unsound() }
    let check = try PlanCheck(self, packedCount: packedCount)
    arenaByteCount = check.arenaByteCount
    slotShapes = Dictionary(uniqueKeysWithValues: check.slots.map { ($0, inputs[$0].shape) })
    for index in steps.indices {
      let kernel = steps[index].kernel
      (steps[index].tasks, scratchCount) = (kernel.taskCount, max(scratchCount, kernel.scratch))
      guard kernel.taskCount < 1 << 31 else { throw Unsound() }
    }
  }

  /// True if the plan would come back from a file as it is.
  func isComplete(packedCount: Int) -> Bool {
    var copy = self
    guard (try? copy.complete(packedCount: packedCount)) != nil else { return false }
    return copy.arenaByteCount == arenaByteCount && copy.slotShapes == slotShapes && copy.slotCount == slotCount
      && copy.packedCount == self.packedCount && copy.scratchCount == scratchCount
      && zip(copy.steps, steps).allSatisfy { $0.tasks == $1.tasks }
  }
}
