import CNNGraphs
import CNNOperators

/// Concatenations: of channels a list of all of them, and nothing moves; of row-major tensors one array of all.
enum ConcatenationLowering: Lowering {
  static let operators: [any Operator.Type] = [Concatenation.self]
  static let kernels: [any Kernel.Type] = [JoinKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    try listChannels(group, with: &builder) || join(group, with: &builder)
  }

  private static func join(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? Concatenation, let output = builder.shape(group.output),
      builder.isSmall(output)
    else { return false }
    let axis = operation.axis < 0 ? operation.axis + output.count : operation.axis
    guard output.indices.contains(axis) else { return false }
    var (sources, counts): ([Operand], [Int]) = ([], [])
    for case let id? in node.inputs {
      guard builder.isFloat(id), let shape = builder.shape(id), shape.count == output.count else { return false }
      if shape.contains(0) { continue }
      counts.append(shape[axis...].reduce(1, *))
      sources.append(try builder.wholeOperand(id))
    }
    guard !sources.isEmpty, counts.reduce(0, +) == output[axis...].reduce(1, *) else { return false }
    let target = builder.addMatrix(rows: output[0], columns: output.dropFirst().reduce(1, *))
    let kernel = JoinKernel(
      rows: output[..<axis].reduce(1, *), sources: sources, counts: counts, target: .buffer(target.buffer))
    builder.add(Step(kernel, builder.label(group)))
    builder.plains[group.output] = target
    return true
  }

  private static func listChannels(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
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
