import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

// Operators that move no number: they list the same channels in another way, or give a matrix another shape.

extension PlanBuilder {
  mutating func lower(concatenation operation: Concatenation, _ node: Node, _ output: ValueID) throws -> Bool {
    guard let shape = imageShape(output), operation.axis == 1 || operation.axis == -3 else { return false }
    var parts: [ChannelView] = []
    for case let id? in node.inputs {
      guard imageShape(id) != nil, constant(id) == nil else { return false }
      parts.append(try view(id))
    }
    guard let first = parts.first, parts.count == node.inputs.count,
      parts.allSatisfy({ ($0.images, $0.height, $0.width) == (first.images, first.height, first.width) })
    else { return false }
    let joined = ChannelView(
      lanes: parts.flatMap(\.lanes), like: first, sharesBlocks: parts.contains(where: \.sharesBlocks))
    guard joined.channels == shape[1] else { return false }
    views[output] = joined
    movesNothing += 1
    return true
  }

  /// Parts of the channels, one for each output.
  mutating func lowerChannelRanges(_ node: Node, _ input: ValueID) throws -> Bool {
    guard let shape = imageShape(input), let ranges = try channelRanges(node, shape) else { return false }
    guard ranges.count == node.outputs.count else { return false }
    let whole = try view(input)
    movesNothing += 1
    for (id, channels) in zip(node.outputs, ranges) {
      guard let id else { continue }
      guard imageShape(id)?[1] == channels.count else { return false }
      views[id] = whole.part(channels)
    }
    return true
  }

  /// True where everything but the first input is a constant: what a file declares of the result then follows from it.
  func hasConstantSettings(_ node: Node) -> Bool {
    node.inputs.dropFirst().allSatisfy { $0 == nil || constant($0) != nil }
  }

  private func channelRanges(_ node: Node, _ shape: [Int]) throws -> [[Int]]? {
    if let split = node.operator as? Split {
      guard split.axis == 1 || split.axis == -3, hasConstantSettings(node) else { return nil }
      let extents = node.outputs.compactMap { $0.flatMap { self.shape($0) }?[1] }
      guard extents.count == node.outputs.count, extents.reduce(0, +) == shape[1] else { return nil }
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
    guard let axis = hasAxes ? integers(3) : [0], axis == [1] || axis == [-3],
      let steps = hasSteps ? integers(4) : [1], steps.count == 1,
      let range = try? SliceRange(from: starts[0], to: ends[0], by: steps[0], of: shape[1]), range.count > 0
    else { return nil }
    return [(0..<range.count).map { range.first + $0 * range.step }]
  }

  /// `[N, C, H, W]` to `[N, g, C / g, H, W]`, the two axes exchanged, and back: a shuffle of channels.
  mutating func lowerShuffle(_ index: Int, _ input: ValueID) throws -> Bool {
    guard let shape = imageShape(input), let split = graph.nodes[index].outputs[0], let parted = self.shape(split),
      parted.count == 5, parted[0] == shape[0], parted[1] * parted[2] == shape[1], parted[3...] == shape[2...],
      let exchange = finder.onlyReader(of: split), let transpose = graph.nodes[exchange].operator as? Transpose,
      transpose.permutation == [0, 2, 1, 3, 4], let exchanged = graph.nodes[exchange].outputs[0],
      let last = finder.onlyReader(of: exchanged), graph.nodes[last].operator is Reshape,
      let output = graph.nodes[last].outputs[0], imageShape(output) == shape,
      hasConstantSettings(graph.nodes[index]), hasConstantSettings(graph.nodes[last])
    else { return false }
    let whole = try view(input)
    let (groups, width) = (parted[1], parted[2])
    let lanes = (0..<shape[1]).map { whole.lanes[$0 % groups * width + $0 / groups] }
    views[output] = ChannelView(lanes: lanes, like: whole)
    cover([exchange, last])
    movesNothing += 3
    return true
  }

  /// The same numbers row-major under another shape.
  mutating func lowerReshape(_ input: ValueID, _ output: ValueID) throws -> Bool {
    guard slots[input] == nil, let from = shape(input), let to = shape(output), isFloat(input), isSmall(to),
      let rows = to.first, from.reduce(1, *) == to.reduce(1, *)
    else { return false }
    if let view = views[input], to.count == 4, from == to {
      views[output] = view
      return true
    }
    // Single pixels change their shape only in name.
    if let view = views[input], view.pixels == 1, to.count == 4, Array(to[..<2]) == Array(from[..<2]) {
      views[output] = view
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
}
