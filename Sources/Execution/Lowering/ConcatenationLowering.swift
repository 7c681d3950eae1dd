import CNNGraphs
import CNNOperators

/// Concatenations of channels: a list of all of them, and nothing moves.
enum ConcatenationLowering: Lowering {
  static let operators: [any Operator.Type] = [Concatenation.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? Concatenation, let shape = builder.image(group.output),
      shape.isChannelAxis(operation.axis)
    else { return false }
    var parts: [ChannelView] = []
    for case let id? in node.inputs {
      guard builder.image(id) != nil, builder.constant(id) == nil else { return false }
      parts.append(try builder.view(id))
    }
    guard let first = parts.first, parts.count == node.inputs.count,
      parts.allSatisfy({ $0.images == first.images && $0.spatial == first.spatial })
    else { return false }
    let joined = ChannelView(
      lanes: parts.flatMap(\.lanes), like: first, sharesBlocks: parts.contains(where: \.sharesBlocks))
    guard joined.channels == shape.channels else { return false }
    builder.views[group.output] = joined
    builder.movesNothing += 1
    return true
  }
}

extension ImageShape {
  /// True for the axis of channels, counted from either end.
  func isChannelAxis(_ axis: Int) -> Bool { axis == 1 || axis == 1 - extents.count }
}
