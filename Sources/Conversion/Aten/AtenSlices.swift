import CNNGraphs
import CNNOperators
import CNNTensors

/// Parts of tensors, which are views, and tensors with a part replaced.
enum AtenSlices {
  static let family = AtenOperators.Family(
    name: "Slices",
    operators: AtenOperators.views([
      "aten::slice": { call, builder in
        try part(call.handle("self"), try region(call, &builder), &builder)
      },
      "aten::slice_copy": { call, builder in
        try part(call.handle("self"), try region(call, &builder), &builder)
      },
      "aten::narrow": narrow,
      "aten::select": select, "aten::select_copy": select,
      "aten::diagonal": diagonal, "aten::diagonal_copy": diagonal,
    ]).merging(
      AtenOperators.several([
        "aten::split": split, "aten::split_with_sizes": split, "aten::split_copy": split,
        "aten::split_with_sizes_copy": split,
        "aten::chunk": chunk, "aten::tensor_split": tensorSplit,
        "aten::unbind": unbind, "aten::unbind_copy": unbind,
      ])
    ) { first, _ in first }.merging(
      AtenOperators.singles([
        "aten::slice_scatter": { call, builder in
          let region = try region(call, &builder)
          return try region.replace(&builder, call.tensor("self", &builder), call.tensor("src", &builder))
        },
        "aten::select_scatter": { call, builder in
          let base = try call.tensor("self", &builder)
          let axis = try builder.axis(call.int("dim"), of: base)
          let part = try builder.unsqueeze(call.tensor("src", &builder), [axis])
          return try place(call, axis).replace(&builder, base, part)
        },
      ])
    ) { first, _ in first })

  /// A part along an axis.
  struct Region {
    let axis: Int
    let start: AtenValue
    let end: AtenValue
    let step: Int

    func take(_ builder: inout AtenGraphBuilder, _ base: ValueID) throws -> ValueID {
      try builder.slice(base, axis: axis, from: start, to: end, step: step)
    }

    /// The base with the part replaced.
    func replace(_ builder: inout AtenGraphBuilder, _ base: ValueID, _ part: ValueID) throws -> ValueID {
      let part = try builder.cast(part, to: builder.elementType(of: base))
      if step == 1, let extent = try builder.shape(of: base)[axis].value, var start = start.integer,
        var end = end.integer
      {
        start = min(max(start < 0 ? start + extent : start, 0), extent)
        end = min(max(end < 0 ? end + extent : end, start), extent)
        if start == 0, end == extent { return part }
        return try builder.replacing(
          base, axis: axis, from: start, count: end == extent ? nil : end - start, by: part)
      }
      // The places are the same part of 0, 1, 2, …
      let count = try builder.number(builder.extent(axis, of: base), as: .int64)
      let all = try builder.apply(ArithmeticProgression(), builder.scalarInt(0), count, builder.scalarInt(1))
      let places = try builder.slice(all, axis: 0, from: start, to: end, step: step)
      return try builder.scatter(part, into: base, axis: axis, at: places)
    }
  }

  private static func region(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> Region {
    let axis = try builder.axis(call.int("dim"), of: call.tensor("self", &builder))
    let step = try call.int("step")
    guard step > 0 else { throw call.fault("step", expected: "a positive integer") }
    let start = call.has("start") ? call["start"] : .int(0)
    let end = call.has("end") ? call["end"] : .int(.max)
    return Region(axis: axis, start: start, end: end, step: step)
  }

  private static func part(
    _ base: AtenTensor, _ region: Region, _ builder: inout AtenGraphBuilder
  ) throws -> AtenTensor {
    try builder.view(base, derive: { try region.take(&$0, $1) }, restore: { try region.replace(&$0, $1, $2) })
  }

  @Sendable
  private static func narrow(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let base = try call.handle("self")
    let axis = try builder.axis(call.int("dim"), of: builder.read(base))
    var start = call["start"]
    if case .tensor(let tensor) = start { start = try builder.number(builder.read(tensor)) }
    if let first = start.integer, first < 0 {
      start = try builder.addNumbers(start, builder.extent(axis, of: builder.read(base)))
    }
    let end = try builder.addNumbers(start, call["length"])
    return try part(base, Region(axis: axis, start: start, end: end, step: 1), &builder)
  }

  /// The part of extent 1 that a selection is.
  private static func place(_ call: AtenCall, _ axis: Int) throws -> Region {
    let index = try call.int("index")
    return Region(axis: axis, start: .int(index), end: .int(index == -1 ? .max : index + 1), step: 1)
  }

  @Sendable
  private static func select(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let axis = try builder.axis(call.int("dim"), of: value)
    if case .scalar(let index) = call["index"] {
      return try builder.view(base) { builder, x in try builder.apply(Gather(axis: axis), x, index) }
    }
    let index = try call.int("index")
    if let extent = try builder.shape(of: value)[axis].value, !(-extent..<extent ~= index) {
      throw ConversionError(.badInput, "there is no element \(index) among \(extent)")
    }
    let region = try place(call, axis)
    return try builder.view(
      base, derive: { builder, x in try builder.apply(Gather(axis: axis), x, builder.scalarInt(index)) },
      restore: { builder, base, view in try region.replace(&builder, base, builder.unsqueeze(view, [axis])) })
  }

  @Sendable
  private static func diagonal(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let first = try builder.axis(call.int("dim1"), of: value)
    let second = try builder.axis(call.int("dim2"), of: value)
    let offset = try call.int("offset")
    let shape = try builder.shape(of: value)
    guard let rows = shape[first].value, let columns = shape[second].value, first != second else {
      throw call.unsupported("a diagonal of free extents")
    }
    let count = max(0, offset >= 0 ? min(rows, columns - offset) : min(rows + offset, columns))
    guard count <= 1 << 20 else { throw ConversionError(.limit, "a diagonal of \(count) elements") }
    let places = (0..<count).flatMap { [Int64($0 - min(offset, 0)), Int64($0 + max(offset, 0))] }
    let indices = try Tensor(places, shape: [count, 2])
    let others = shape.indices.filter { $0 != first && $0 != second }
    return try builder.view(base) { builder, x in
      let list = builder.add(indices, hint: "diagonal")
      let front = try builder.transpose(x, [first, second] + others)
      let taken = try builder.apply(GatherND(), front, list)
      // The diagonal comes last.
      return try builder.transpose(taken, Array(1..<max(others.count + 1, 1)) + [0])
    }
  }

  // MARK: Several parts

  private static let partLimit = 1 << 16

  /// Parts of given extents that follow one another along an axis: one node makes them all.
  private static func parts(
    _ base: AtenTensor, axis: Int, sizes: [AtenValue], _ builder: inout AtenGraphBuilder
  ) throws -> [AtenTensor] {
    guard sizes.count <= partLimit else { throw ConversionError(.limit, "more than \(partLimit) parts") }
    let value = try builder.read(base)
    let values =
      sizes.count == 1
      ? [value] : try builder.apply(Split(axis: axis), to: [value, builder.integers(sizes)], count: sizes.count)
    var start = AtenValue.int(0)
    return try zip(values, sizes).map { value, size in
      let end = try builder.addNumbers(start, size)
      let region = Region(axis: axis, start: start, end: end, step: 1)
      start = end
      return AtenTensor(
        value,
        view: .init(
          base: base, derive: { try region.take(&$0, $1) }, restore: { try region.replace(&$0, $1, $2) }))
    }
  }

  private static func list(_ tensors: [AtenTensor]) -> [AtenValue] { [.list(tensors.map { .tensor($0) })] }

  @Sendable
  private static func split(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let axis = try builder.axis(call.int("dim"), of: value)
    let name = call.has("split_sizes") ? "split_sizes" : call.has("split_size") ? "split_size" : "sizes"
    if case .list(let sizes) = call[name] { return list(try parts(base, axis: axis, sizes: sizes, &builder)) }
    let size = try call.int(name)
    guard let extent = try builder.shape(of: value)[axis].value else {
      throw call.unsupported("a split of a free extent")
    }
    return list(try parts(base, axis: axis, sizes: sizes(of: extent, by: size, call), &builder))
  }

  private static func sizes(of extent: Int, by size: Int, _ call: AtenCall) throws -> [AtenValue] {
    if extent == 0 { return [.int(0)] }
    guard size > 0 else { throw call.fault("split_size", expected: "a positive integer") }
    guard extent / size < partLimit else { throw ConversionError(.limit, "more than \(partLimit) parts") }
    return stride(from: 0, to: extent, by: size).map { .int(min(size, extent - $0)) }
  }

  @Sendable
  private static func chunk(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let axis = try builder.axis(call.int("dim"), of: value)
    let count = try call.int("chunks")
    guard let extent = try builder.shape(of: value)[axis].value, count > 0 else {
      throw call.unsupported("parts of a free extent")
    }
    let size = max((extent + count - 1) / count, 1)
    return list(try parts(base, axis: axis, sizes: sizes(of: extent, by: size, call), &builder))
  }

  @Sendable
  private static func tensorSplit(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let axis = try builder.axis(call.int("dim"), of: value)
    guard let extent = try builder.shape(of: value)[axis].value else {
      throw call.unsupported("parts of a free extent")
    }
    var sizes: [AtenValue] = []
    if call.has("sections") {
      let count = try call.int("sections")
      guard 1...partLimit ~= count else { throw call.fault("sections", expected: "a positive integer") }
      sizes = (0..<count).map { .int(extent / count + ($0 < extent % count ? 1 : 0)) }
    } else {
      var start = 0
      for place in try call.ints("indices") + [extent] {
        let end = min(max(place < 0 ? place + extent : place, start), extent)
        sizes.append(.int(end - start))
        start = end
      }
    }
    return list(try parts(base, axis: axis, sizes: sizes, &builder))
  }

  @Sendable
  private static func unbind(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let base = try call.handle("self")
    let value = try builder.read(base)
    let axis = try builder.axis(call.int("dim"), of: value)
    guard let extent = try builder.shape(of: value)[axis].value else {
      throw call.unsupported("the elements of a free extent")
    }
    guard extent > 0 else { return [.list([])] }
    let pieces = try parts(base, axis: axis, sizes: sizes(of: extent, by: 1, call), &builder)
    return list(
      try pieces.map { piece in
        try builder.view(
          piece, derive: { try $0.squeeze($1, [axis]) },
          restore: { builder, _, view in try builder.unsqueeze(view, [axis]) })
      })
  }
}

extension AtenGraphBuilder {
  /// The base with the elements at places along an axis replaced.
  mutating func scatter(_ part: ValueID, into base: ValueID, axis: Int, at places: ValueID) throws -> ValueID {
    let rank = try rank(of: base)
    let front = [axis] + (0..<rank).filter { $0 != axis }
    var back = front
    for (index, source) in front.enumerated() { back[source] = index }
    let result = try apply(
      ScatterND(), transpose(base, front), unsqueeze(places, [1]), transpose(part, front))
    return try transpose(result, back)
  }
}
