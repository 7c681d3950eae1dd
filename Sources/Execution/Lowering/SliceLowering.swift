import CNNGraphs
import CNNOperators
import CNNTensors

/// Parts of the channels, one for each output: lists of some of them, and nothing moves.
enum SliceLowering: Lowering {
  static let operators: [any Operator.Type] = [Split.self, Slicing.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
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

extension PlanBuilder {
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
    func integers(_ index: Int) -> [Int]? {
      guard index < node.inputs.count, let tensor = constant(node.inputs[index]) else { return nil }
      return (try? tensor.values(as: Int64.self))?.map(Int.init)
    }
    guard let starts = integers(1), let ends = integers(2), starts.count == 1, ends.count == 1 else { return nil }
    let hasAxes = node.inputs.count > 3 && node.inputs[3] != nil
    let hasSteps = node.inputs.count > 4 && node.inputs[4] != nil
    guard let axes = hasAxes ? integers(3) : [0], axes.count == 1, shape.isChannelAxis(axes[0]),
      let steps = hasSteps ? integers(4) : [1], steps.count == 1,
      let range = try? SliceRange(from: starts[0], to: ends[0], by: steps[0], of: shape.channels), range.count > 0
    else { return nil }
    return [(0..<range.count).map { range.first + $0 * range.step }]
  }
}
