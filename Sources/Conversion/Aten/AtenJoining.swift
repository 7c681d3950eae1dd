import CNNGraphs
import CNNOperators
import CNNTensors

/// Several tensors in one, and one several times.
enum AtenJoining {
  static let family = AtenOperators.Family(
    name: "Joining",
    operators: AtenOperators.singles([
      "aten::cat": { try concatenate($0, &$1, $0.int("dim")) },
      "aten::concat": { try concatenate($0, &$1, $0.int("dim")) },
      "aten::concatenate": { try concatenate($0, &$1, $0.int("dim")) },
      "aten::stack": { call, builder in
        let parts = try parts(call, &builder)
        guard let first = parts.first else { throw call.fault("tensors", expected: "at least one tensor") }
        let axis = try builder.axis(call.int("dim"), of: first, adding: 1)
        return try join(parts.map { try builder.unsqueeze($0, [axis]) }, axis, &builder)
      },
      "aten::hstack": { call, builder in
        let parts = try parts(call, &builder)
        let isLine = try parts.allSatisfy { try builder.rank(of: $0) <= 1 }
        return try join(parts.map { try padded($0, 1, &builder) }, isLine ? 0 : 1, &builder)
      },
      "aten::vstack": { call, builder in
        try join(parts(call, &builder).map { try padded($0, 2, &builder) }, 0, &builder)
      },
      "aten::dstack": { call, builder in
        let parts = try parts(call, &builder).map { part -> ValueID in
          let flat = try padded(part, 2, &builder)
          return try builder.rank(of: flat) < 3 ? builder.unsqueeze(flat, [2]) : flat
        }
        return try join(parts, 2, &builder)
      },
      "aten::column_stack": { call, builder in
        let parts = try parts(call, &builder).map { part in
          try builder.rank(of: part) < 2 ? builder.reshape(part, to: [.int(-1), .int(1)]) : part
        }
        return try join(parts, 1, &builder)
      },
      "aten::repeat": { try tile($0, &$1, $0.list("repeats")) },
      "aten::tile": { call, builder in
        let rank = try builder.rank(of: call.tensor("self", &builder))
        let counts = try call.list("dims")
        return try tile(call, &builder, [AtenValue](repeating: .int(1), count: max(0, rank - counts.count)) + counts)
      },
      "aten::repeat_interleave": repeatEach,
    ]).merging(
      AtenOperators.several([
        "aten::meshgrid": grid,
        "aten::broadcast_tensors": { call, builder in
          let parts = try call.tensors("tensors", &builder)
          return [.list(try builder.broadcast(parts).map { .tensor(AtenTensor($0)) })]
        },
      ])
    ) { first, _ in first })

  private static func parts(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [ValueID] {
    guard case .list(let items) = call["tensors"] else { throw call.fault("tensors", expected: "a list of tensors") }
    return try builder.promoted(items)
  }

  private static func join(_ parts: [ValueID], _ axis: Int, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    guard let first = parts.first else { throw ConversionError(.badInput, "at least one tensor expected") }
    return parts.count == 1 ? first : try builder.apply(Concatenation(axis: axis), to: parts, count: 1)[0]
  }

  private static func concatenate(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ axis: Int
  ) throws -> ValueID {
    var parts = try parts(call, &builder)
    // PyTorch passes over tensors of shape [0], whatever the others' number of axes.
    if parts.count > 1 {
      let filled = parts.filter { builder.fixedShape(of: $0) != [0] }
      if !filled.isEmpty { parts = filled }
    }
    guard let first = parts.first else { throw call.fault("tensors", expected: "at least one tensor") }
    return try join(parts, builder.axis(axis, of: first), &builder)
  }

  private static func padded(_ id: ValueID, _ rank: Int, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    try builder.unsqueeze(id, Array(0..<max(0, rank - builder.rank(of: id))))
  }

  private static func tile(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ counts: [AtenValue]
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let missing = try counts.count - builder.rank(of: x)
    guard missing >= 0 else { throw call.fault("repeats", expected: "a number for each axis") }
    let wide = try builder.unsqueeze(x, Array(0..<missing))
    if counts.allSatisfy({ $0.integer == 1 }) { return wide }
    return try builder.apply(Tile(), wide, builder.integers(counts))
  }

  /// Each element several times before the next one comes.
  @Sendable
  private static func repeatEach(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    guard call.has("self") else { throw call.unsupported("a number of repetitions for each element") }
    var x = try call.tensor("self", &builder)
    if !call.has("dim") { x = try builder.reshape(x, to: [.int(-1)]) }
    let axis = call.has("dim") ? try builder.axis(call.int("dim"), of: x) : 0
    var count = call["repeats"]
    if case .tensor(let tensor) = count {
      let id = try builder.read(tensor)
      guard builder.knowledge(of: id).constant?.count == 1 else {
        throw call.unsupported("a number of repetitions for each element")
      }
      count = try builder.number(id)
    }
    let extents = try builder.extents(of: x)
    let wide = try builder.unsqueeze(x, [axis + 1])
    var target = extents
    target.insert(count, at: axis + 1)
    let repeated = try builder.expand(wide, to: target)
    var merged = extents
    merged[axis] = try builder.multiplyNumbers(extents[axis], count)
    return try builder.reshape(repeated, to: merged)
  }

  @Sendable
  private static func grid(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    var lines = try call.tensors("tensors", &builder)
    let swaps = try call.string("indexing") == "xy" && lines.count > 1
    if swaps { lines.swapAt(0, 1) }
    let count = lines.count
    let shaped = try lines.enumerated().map { index, line in
      var shape = [AtenValue](repeating: .int(1), count: count)
      shape[index] = .int(-1)
      return try builder.reshape(line, to: shape)
    }
    var grids = try builder.broadcast(shaped)
    if swaps { grids.swapAt(0, 1) }
    return [.list(grids.map { .tensor(AtenTensor($0)) })]
  }
}

extension AtenGraphBuilder {
  /// Values stretched to the shape that they have together.
  mutating func broadcast(_ values: [ValueID]) throws -> [ValueID] {
    let shapes = try values.map { try shape(of: $0) }
    let rank = shapes.map(\.count).max() ?? 0
    var target = [AtenValue](repeating: .int(1), count: rank)
    for (id, shape) in zip(values, shapes) {
      for (index, extent) in shape.enumerated() where extent != .fixed(1) {
        let axis = rank - shape.count + index
        if target[axis].integer == 1 || extent.value != nil { target[axis] = try self.extent(index, of: id) }
      }
    }
    return try values.map { try expand($0, to: target) }
  }
}
