import CNNGraphs
import CNNOperators
import CNNTensors

/// Elements taken from, and put to, places that tensors list.
enum AtenIndexing {
  static let family = AtenOperators.Family(
    name: "Indexing",
    operators: AtenOperators.singles([
      "aten::index": { call, builder in
        try AtenIndexList(call, "indices", &builder).take(call.tensor("self", &builder), &builder)
      },
      "aten::_unsafe_index": { call, builder in
        try AtenIndexList(call, "indices", &builder).take(call.tensor("self", &builder), &builder)
      },
      "aten::index_put": put, "aten::_unsafe_index_put": put, "aten::_index_put_impl": put,
      "aten::index_select": { call, builder in
        let x = try call.tensor("self", &builder)
        return try builder.apply(
          Gather(axis: builder.axis(call.int("dim"), of: x)), x, call.tensor("index", &builder))
      },
      "aten::embedding": { call, builder in
        try builder.apply(Gather(axis: 0), call.tensor("weight", &builder), call.tensor("indices", &builder))
      },
      "aten::gather": { call, builder in
        let x = try call.tensor("self", &builder)
        let index = try call.tensor("index", &builder)
        return try builder.apply(GatherElements(axis: builder.axis(call.int("dim"), of: x)), x, index)
      },
      "aten::take_along_dim": { call, builder in
        var x = try call.tensor("self", &builder)
        var index = try call.tensor("indices", &builder)
        guard call.has("dim") else {
          x = try builder.reshape(x, to: [.int(-1)])
          index = try builder.reshape(index, to: [.int(-1)])
          return try builder.apply(GatherElements(axis: 0), x, index)
        }
        return try builder.apply(GatherElements(axis: builder.axis(call.int("dim"), of: x)), x, index)
      },
      "aten::take": { call, builder in
        let line = try builder.reshape(call.tensor("self", &builder), to: [.int(-1)])
        return try builder.apply(Gather(axis: 0), line, call.tensor("index", &builder))
      },
    ]).merging(
      AtenOperators.singles([
        "aten::scatter": { call, builder in
          try scatter(call, &builder, call.has("src") ? "src" : "value", reduction(call, call.string("reduce")))
        },
        "aten::scatter_add": { try scatter($0, &$1, "src", .add) },
        "aten::scatter_reduce": scatterReduced,
        "aten::index_copy": { call, builder in try indexed(call, &builder, "source", .none) },
        "aten::index_add": { call, builder in try indexed(call, &builder, "source", .add) },
        "aten::index_fill": indexFill,
        "aten::nonzero": { try $1.transpose($1.apply(NonZero(), $0.tensor("self", &$1)), [1, 0]) },
        "aten::masked_select": { call, builder in
          let pair = try builder.broadcast([call.tensor("self", &builder), call.tensor("mask", &builder)])
          let places = try builder.transpose(builder.apply(NonZero(), pair[1]), [1, 0])
          return try builder.apply(GatherND(), pair[0], places)
        },
        "aten::one_hot": oneHot,
      ])
    ) { first, _ in first })

  @Sendable
  private static func put(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let values = try builder.cast(call.tensor("values", &builder), to: builder.elementType(of: x))
    let accumulates = try call.bool("accumulate")
    // A mask with one value for all is a choice.
    if !accumulates, case .list(let items) = call["indices"], items.count == 1, case .tensor(let first) = items[0] {
      let mask = try builder.read(first)
      if try builder.elementType(of: mask) == .bool, builder.fixedShape(of: values)?.allSatisfy({ $0 == 1 }) ?? false {
        let (rank, depth) = (try builder.rank(of: x), try builder.rank(of: mask))
        let wide = try builder.unsqueeze(mask, Array(depth..<max(rank, depth)))
        return try builder.apply(Where(), wide, builder.reshape(values, to: []), x)
      }
    }
    return try AtenIndexList(call, "indices", &builder).put(
      values, into: x, accumulates ? .add : .none, &builder)
  }

  // MARK: Along an axis

  private static func reduction(_ call: AtenCall, _ name: String?) throws -> ScatterReduction {
    switch name {
    case nil: return .none
    case "add", "sum": return .add
    case "multiply", "prod": return .mul
    case "amax": return .max
    case "amin": return .min
    case let other?: throw call.unsupported("the reduction \(other.quoted)")
    }
  }

  private static func scatter(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ source: String, _ reduction: ScatterReduction,
    into base: ValueID? = nil
  ) throws -> ValueID {
    let x = try base ?? call.tensor("self", &builder)
    let index = try call.tensor("index", &builder)
    let axis = try builder.axis(call.int("dim"), of: x)
    var updates = try builder.number(call[source], as: builder.elementType(of: x))
    if try builder.rank(of: updates) == 0, try builder.rank(of: index) > 0 {
      updates = try builder.expand(updates, to: builder.extents(of: index))
    } else {
      // The source may be larger than the index.
      for axis in 0..<(try builder.rank(of: index))
      where try builder.shape(of: updates)[axis] != builder.shape(of: index)[axis] {
        updates = try builder.slice(updates, axis: axis, from: .int(0), to: builder.extent(axis, of: index))
      }
    }
    return try builder.apply(ScatterElements(axis: axis, reduction: reduction), x, index, updates)
  }

  @Sendable
  private static func scatterReduced(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let reduction = try reduction(call, call.string("reduce"))
    guard try !call.bool("include_self") else { return try scatter(call, &builder, "src", reduction) }
    let x = try call.tensor("self", &builder)
    let type = try builder.elementType(of: x)
    guard type.isFloatingPoint || reduction == .add || reduction == .mul else {
      throw call.unsupported("the largest of integers without those that stand there")
    }
    // What stands there makes way for what changes nothing.
    let neutral: Double =
      switch reduction {
      case .add, .none: 0
      case .mul: 1
      case .max: -.infinity
      case .min: .infinity
      }
    let index = try call.tensor("index", &builder)
    let filling = try builder.expand(builder.scalar(neutral, as: type), to: builder.extents(of: index))
    let axis = try builder.axis(call.int("dim"), of: x)
    let cleared = try builder.apply(ScatterElements(axis: axis), x, index, filling)
    return try scatter(call, &builder, "src", reduction, into: cleared)
  }

  private static func indexed(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ source: String, _ reduction: ScatterReduction
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let axis = try builder.axis(call.int("dim"), of: x)
    var part = try builder.cast(call.tensor(source, &builder), to: builder.elementType(of: x))
    if call.has("alpha"), call["alpha"].number != 1 { part = try builder.scaled(part, by: call.double("alpha")) }
    let front = [axis] + (0..<(try builder.rank(of: x))).filter { $0 != axis }
    var back = front
    for (index, source) in front.enumerated() { back[source] = index }
    let places = try builder.reshape(call.tensor("index", &builder), to: [.int(-1), .int(1)])
    let result = try builder.apply(
      ScatterND(reduction: reduction), builder.transpose(x, front), places, builder.transpose(part, front))
    return try builder.transpose(result, back)
  }

  @Sendable
  private static func indexFill(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let axis = try builder.axis(call.int("dim"), of: x)
    let places = try builder.reshape(call.tensor("index", &builder), to: [.int(-1)])
    var target = try builder.extents(of: x)
    target[axis] = try builder.extent(0, of: places)
    let part = try builder.expand(builder.number(call["value"], as: builder.elementType(of: x)), to: target)
    return try builder.scatter(part, into: x, axis: axis, at: places)
  }

  @Sendable
  private static func oneHot(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let count = try call.int("num_classes")
    guard count > 0 else { throw call.unsupported("a number of classes that the input says") }
    return try builder.apply(
      OneHot(), call.tensor("self", &builder), builder.scalarInt(count), builder.ints([0, 1]))
  }
}
