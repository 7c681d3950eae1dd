import CKernels

/// The numbers of an array in another order: transposed, sliced, repeated or reversed.
struct MoveKernel: Kernel {
  static let code = "move"

  nonisolated(unsafe) var context = cnn_move()
  var source: Operand?
  var target: Operand?

  init() {}

  init(_ context: cnn_move, source: Operand, target: Operand) {
    (self.context, self.source, self.target) = (context, source, target)
  }

  var name: String { "move" }
  var details: [String] { [axes.map { "\($0.extent)" }.joined(separator: " × ")] }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.operand(&target, .writes)
  }

  /// An axis of the output, and how far apart its numbers lie in both arrays.
  struct Axis: Sendable {
    var extent: Int
    var from: Int
    var to = 0
  }

  /// The axes, as many as the context says; a plan may come from a file.
  private var axes: [Axis] {
    withUnsafeBytes(of: context.extent) { extents in
      withUnsafeBytes(of: context.from) { from in
        withUnsafeBytes(of: context.to) { to in
          (0..<min(max(0, Int(context.axes)), Int(CNN_MOVE_AXES))).map { axis in
            func number(_ list: UnsafeRawBufferPointer) -> Int {
              Int(list.load(fromByteOffset: axis * MemoryLayout<Int64>.stride, as: Int64.self))
            }
            return Axis(extent: number(extents), from: number(from), to: number(to))
          }
        }
      }
    }
  }

  /// The fewest axes that say the same, the last of which lie side by side in the output.
  static func context(_ axes: [Axis], start: Int) -> cnn_move? {
    var joined: [Axis] = []
    for axis in axes where axis.extent != 1 {
      // Two axes are one if the inner one's end is where the outer one goes on.
      if let last = joined.last, last.from == axis.from * axis.extent {
        joined[joined.count - 1] = Axis(extent: last.extent * axis.extent, from: axis.from)
      } else {
        joined.append(axis)
      }
    }
    if joined.isEmpty { joined = [Axis(extent: 1, from: 1)] }
    guard joined.count <= Int(CNN_MOVE_AXES) else { return nil }
    var stride = 1
    for index in joined.indices.reversed() {
      joined[index].to = stride
      stride *= joined[index].extent
    }
    var context = cnn_move()
    (context.axes, context.start, context.band) = (Int32(joined.count), Int64(start), 1)
    let last = joined[joined.count - 1]
    let side = joined.dropLast().lastIndex { $0.from == 1 && $0.extent >= 4 }
    context.side = last.from != 0 && last.from != 1 && last.extent >= 4 ? Int32(side ?? -1) : -1
    withUnsafeMutableBytes(of: &context.extent) { $0.set(joined.map(\.extent)) }
    withUnsafeMutableBytes(of: &context.from) { $0.set(joined.map(\.from)) }
    withUnsafeMutableBytes(of: &context.to) { $0.set(joined.map(\.to)) }
    return context
  }

  /// Rows, or groups of rows.
  private var units: Int {
    var count = 1
    for (index, axis) in axes.enumerated().dropLast() {
      count *= index == Int(context.side) ? (axis.extent + Int(CNN_MOVE_TILE) - 1) / Int(CNN_MOVE_TILE) : axis.extent
    }
    return count
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let bytes = axes.reduce(8) { $0 * $1.extent }
    let wanted = partition.tasks(microseconds: Double(bytes) / Partition.bytesPerMicrosecond)
    context.band = Int64(max(1, (units + wanted - 1) / wanted))
  }

  var taskCount: Int { (units + Int(context.band) - 1) / Int(context.band) }

  func check(_ check: inout some AccessCheck) throws {
    try check.require(context.axes > 0 && context.axes <= CNN_MOVE_AXES)
    try check.require(context.side >= -1 && context.side < context.axes - 1)
    try check.require(context.band > 0 && context.start >= 0 && context.start < 1 << 40)
    var (count, first, last) = (1, Int(context.start), Int(context.start))
    for axis in axes.reversed() {
      try check.require(axis.extent > 0 && axis.extent < 1 << 31 && axis.from.magnitude < 1 << 40)
      try check.require(axis.to == count)
      count = try check.product(count, axis.extent)
      let reach = try check.product(axis.extent - 1, Int(axis.from.magnitude))
      if axis.from < 0 { first -= reach } else { last += reach }
    }
    // Numbers that lie side by side are read a tile at once.
    if context.side >= 0 { try check.require(axes[Int(context.side)].from == 1) }
    try check.require(first >= 0)
    try check.reads(source, before: last + 1)
    try check.writes(target, rows: 1, columns: count, distance: count)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.address(source), binding.floats(target))
    let bound = binding.add(cnn_move_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0 }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Numbers of 64 bits from the start on.
  fileprivate func set(_ values: [Int]) {
    for (index, value) in values.enumerated() {
      storeBytes(of: Int64(value), toByteOffset: index * MemoryLayout<Int64>.stride, as: Int64.self)
    }
  }
}
