import CNNGraphs
import CNNOperators

/// The same numbers under another shape, and shuffles of channels: nothing moves.
enum ReshapeLowering: Lowering {
  static let operators: [any Operator.Type] = [Reshape.self, Flatten.self, Squeeze.self, Unsqueeze.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard builder.hasConstantSettings(node) else { return false }
    if node.operator is Reshape, try builder.lowerShuffle(group) { return true }
    return try builder.lowerReshape(group.input, group.output)
  }
}

extension PlanBuilder {
  /// `[N, C, …]` to `[N, g, C / g, …]`, the two axes exchanged, and back: a shuffle of channels.
  fileprivate mutating func lowerShuffle(_ group: FusionGroup) throws -> Bool {
    guard let shape = image(group.input), let parted = self.shape(group.output), parted.count > 2,
      parted.count == shape.extents.count + 1, parted[0] == shape.images, parted[1] * parted[2] == shape.channels,
      Array(parted[3...]) == shape.spatial,
      let exchange = finder.onlyReader(of: group.output),
      let transpose = graph.nodes[exchange].operator as? Transpose,
      transpose.permutation == [0, 2, 1] + Array(3..<parted.count), let exchanged = graph.nodes[exchange].outputs[0],
      let last = finder.onlyReader(of: exchanged), graph.nodes[last].operator is Reshape,
      let output = graph.nodes[last].outputs[0], image(output) == shape, hasConstantSettings(graph.nodes[last])
    else { return false }
    let whole = try view(group.input)
    let (groups, width) = (parted[1], parted[2])
    let lanes = (0..<shape.channels).map { whole.lanes[$0 % groups * width + $0 / groups] }
    views[output] = ChannelView(lanes: lanes, like: whole)
    cover([exchange, last])
    movesNothing += 3
    return true
  }

  /// The same numbers row-major under another shape.
  fileprivate mutating func lowerReshape(_ input: ValueID, _ output: ValueID) throws -> Bool {
    guard slots[input] == nil, let from = shape(input), let to = shape(output), isFloat(input), isSmall(to),
      let rows = to.first, from.reduce(1, *) == to.reduce(1, *)
    else { return false }
    if let view = views[input], let target = ImageShape(to), relists(view, as: target) {
      views[output] = ChannelView(view, spatial: target.spatial)
      return true
    }
    let source = try plain(input)
    movesNothing += 1
    if rows == source.rows {
      plains[output] = source
    } else if source.isContiguous, source.start == 0 {
      let columns = to.dropFirst().reduce(1, *)
      plains[output] = PlainView(buffer: source.buffer, rows: rows, columns: columns, rowDistance: columns)
    } else {
      return false
    }
    return true
  }

  /// True if the channels are the same ones under the other shape: nothing changes, or single pixels change their shape
  /// in name only.
  private func relists(_ view: ChannelView, as shape: ImageShape) -> Bool {
    view.shape == shape
      || view.pixels == 1 && shape.pixels == 1 && view.images == shape.images && view.channels == shape.channels
  }
}
