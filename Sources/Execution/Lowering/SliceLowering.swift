import CNNGraphs
import CNNOperators
import CNNTensors

/// Parts of a tensor, one for each output. Parts of the channels are lists of some of them, and nothing moves; others are
/// copies.
enum SliceLowering: Lowering {
  static let operators: [any Operator.Type] = [Split.self, Slicing.self]
  static let kernels: [any Kernel.Type] = [MoveKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    try listChannels(group, with: &builder) || copy(group, with: &builder)
  }

  private static func copy(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.shape(group.input), builder.hasConstantSettings(node) else { return false }
    if let split = node.operator as? Split {
      let axis = split.axis < 0 ? split.axis + shape.count : split.axis
      let extents = node.outputs.compactMap { $0.flatMap { builder.shape($0) } }
      guard shape.indices.contains(axis), extents.count == node.outputs.count,
        extents.allSatisfy({ $0.count == shape.count }), extents.reduce(0, { $0 + $1[axis] }) == shape[axis]
      else { return false }
      var first = 0
      for (id, extent) in zip(node.outputs, extents) {
        guard let id else { continue }
        let range = try SliceRange(from: first, to: first + extent[axis], by: 1, of: shape[axis])
        guard try builder.addPart(of: shape, [axis: range], group.input, id, builder.label(group)) else { return false }
        first += extent[axis]
      }
      return true
    }
    guard let starts = builder.integers(node, 1), let ends = builder.integers(node, 2), starts.count == ends.count,
      let axes = builder.integers(node, 3) ?? (node.hasInput(3) ? nil : Array(starts.indices)),
      let steps = builder.integers(node, 4) ?? (node.hasInput(4) ? nil : starts.map { _ in 1 }),
      axes.count == starts.count, steps.count == starts.count
    else { return false }
    var ranges: [Int: SliceRange] = [:]
    for (index, axis) in axes.enumerated() {
      let axis = axis < 0 ? axis + shape.count : axis
      guard shape.indices.contains(axis), ranges[axis] == nil else { return false }
      ranges[axis] = try SliceRange(from: starts[index], to: ends[index], by: steps[index], of: shape[axis])
    }
    return try builder.addPart(of: shape, ranges, group.input, group.output, builder.label(group))
  }

  private static func listChannels(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.image(group.input), let ranges = builder.channelRanges(node, shape),
      ranges.count == node.outputs.count
    else { return false }
    let whole = try builder.view(group.input)
    let counts = builder.channelCounts[group.input] ?? whole.channelCounts
    builder.channelCounts[group.input] = counts
    builder.movesNothing += 1
    for (id, channels) in zip(node.outputs, ranges) {
      guard let id else { continue }
      guard builder.image(id)?.channels == channels.count else { return false }
      builder.views[id] = whole.part(channels, counts: counts)
    }
    return true
  }
}

extension Node {
  fileprivate func hasInput(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }
}

extension PlanBuilder {
  /// A constant input's numbers.
  fileprivate func integers(_ node: Node, _ index: Int) -> [Int]? {
    guard index < node.inputs.count, let tensor = constant(node.inputs[index]) else { return nil }
    return (try? tensor.values(as: Int64.self))?.map(Int.init)
  }

  /// A copy of some positions along some axes.
  fileprivate mutating func addPart(
    of shape: [Int], _ ranges: [Int: SliceRange], _ input: ValueID, _ output: ValueID, _ label: String
  ) throws -> Bool {
    var start = 0
    let axes = zip(shape, shape.strides).enumerated().map { axis, place in
      guard let range = ranges[axis] else { return MoveKernel.Axis(extent: place.0, from: place.1) }
      start += range.first * place.1
      return MoveKernel.Axis(extent: range.count, from: range.step * place.1)
    }
    return try addMove(axes, start: start, input, output, label)
  }

  fileprivate func channelRanges(_ node: Node, _ shape: ImageShape) -> [[Int]]? {
    if let split = node.operator as? Split {
      guard shape.isChannelAxis(split.axis), hasConstantSettings(node) else { return nil }
      let extents = node.outputs.compactMap { $0.flatMap { self.shape($0) }?[1] }
      guard extents.count == node.outputs.count, extents.reduce(0, +) == shape.channels else { return nil }
      var start = 0
      return extents.map { extent in
        defer { start += extent }
        return Array(start..<start + extent)
      }
    }
    guard let starts = integers(node, 1), let ends = integers(node, 2), starts.count == 1, ends.count == 1 else {
      return nil
    }
    guard let axes = node.hasInput(3) ? integers(node, 3) : [0], axes.count == 1, shape.isChannelAxis(axes[0]),
      let steps = node.hasInput(4) ? integers(node, 4) : [1], steps.count == 1,
      let range = try? SliceRange(from: starts[0], to: ends[0], by: steps[0], of: shape.channels), range.count > 0
    else { return nil }
    return [(0..<range.count).map { range.first + $0 * range.step }]
  }
}
