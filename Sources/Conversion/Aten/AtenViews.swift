import CNNGraphs
import CNNOperators
import CNNTensors

/// Tensors that share memory with another one under a shape or an order of axes of their own.
enum AtenViews {
  static let family = AtenOperators.Family(
    name: "Views",
    operators: AtenOperators.views([
      "aten::view": { try reshaped($0, &$1, list: "size") },
      "aten::_unsafe_view": { try reshaped($0, &$1, list: "size") },
      "aten::reshape": { try reshaped($0, &$1, list: "shape", isCertain: false) },
      "aten::view_copy": { try reshaped($0, &$1, list: "size") },
      "aten::view_as": { try reshaped($0, &$1, as: "other", isCertain: true) },
      "aten::reshape_as": { try reshaped($0, &$1, as: "other", isCertain: false) },
      "aten::flatten": flatten,
      "aten::unflatten": unflatten,
      "aten::squeeze": squeeze, "aten::squeeze_copy": squeeze,
      "aten::unsqueeze": unsqueeze, "aten::unsqueeze_copy": unsqueeze,
      "aten::permute": { call, builder in
        let x = try call.handle("self")
        let rank = try builder.rank(of: builder.read(x))
        let order = try call.ints("dims").map { $0 < 0 ? $0 + rank : $0 }
        return try builder.reorderedView(x, order)
      },
      "aten::transpose": { try swapped($0, &$1, $0.int("dim0"), $0.int("dim1")) },
      "aten::swapaxes": { try swapped($0, &$1, $0.int("axis0"), $0.int("axis1")) },
      "aten::swapdims": { try swapped($0, &$1, $0.int("dim0"), $0.int("dim1")) },
      "aten::t": flipped, "aten::numpy_T": flipped, "aten::mT": lastTwo, "aten::adjoint": lastTwo,
      "aten::movedim": moved, "aten::moveaxis": moved,
      "aten::expand": expand, "aten::expand_copy": expand, "aten::broadcast_to": expand,
      "aten::expand_as": { call, builder in
        let other = try call.tensor("other", &builder)
        return try builder.view(call.handle("self")) { builder, x in
          try builder.expand(x, to: builder.extents(of: other))
        }
      },
    ]).merging(
      AtenOperators.several([
        "aten::alias": { call, _ in [call["self"]] },
        "aten::detach": { call, _ in [call["self"]] },
        "aten::detach_copy": { call, _ in [call["self"]] },
        "aten::lift": { call, _ in [call["self"]] },
        "aten::contiguous": contiguous,
        "aten::to": convert, "aten::type_as": convert, "aten::float": { try converted($0, &$1, .float32) },
        "aten::atleast_1d": { try padded($0, &$1, 1) },
        "aten::atleast_2d": { try padded($0, &$1, 2) },
        "aten::resolve_conj": { call, _ in [call["self"]] },
        "aten::resolve_neg": { call, _ in [call["self"]] },
      ])
    ) { first, _ in first }.merging(
      AtenOperators.singles([
        "aten::clone": { try $0.tensor("self", &$1) },
        "aten::lift_fresh_copy": { try $0.tensor("self", &$1) },
        "aten::lift_fresh": { try $0.tensor("self", &$1) },
        "aten::alias_copy": { try $0.tensor("self", &$1) },
        "aten::_to_copy": { call, builder in
          let x = try call.tensor("self", &builder)
          return try call.elementType("dtype").map { try builder.cast(x, to: $0) } ?? x
        },
        "aten::copy": { call, builder in
          let x = try call.tensor("self", &builder)
          let source = try builder.cast(call.tensor("src", &builder), to: builder.elementType(of: x))
          return try builder.expand(source, to: builder.extents(of: x))
        },
      ])
    ) { first, _ in first })

  // MARK: Shapes

  private static func reshaped(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, list name: String, isCertain: Bool = true
  ) throws -> AtenTensor {
    if call.has("dtype") { throw call.unsupported("the bytes of a tensor as another type") }
    let target = try call.list(name)
    return try builder.reshapedView(call.handle("self"), isCertain: isCertain) { _, _ in target }
  }

  private static func reshaped(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, as name: String, isCertain: Bool
  ) throws -> AtenTensor {
    let other = try call.tensor(name, &builder)
    return try builder.reshapedView(call.handle("self"), isCertain: isCertain) { builder, _ in
      try builder.extents(of: other)
    }
  }

  @Sendable
  private static func flatten(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let (first, last) = (try call.int("start_dim"), try call.int("end_dim"))
    return try builder.reshapedView(call.handle("self"), isCertain: false) { builder, x in
      let rank = try builder.rank(of: x)
      guard rank > 0 else { return [.int(1)] }
      let (start, end) = (try builder.axis(first, of: x), try builder.axis(last, of: x))
      guard start <= end else { throw call.fault("end_dim", expected: "an axis behind start_dim") }
      var target = try (0..<rank).map { try $0 == start || $0 < start || $0 > end ? builder.extent($0, of: x) : .none }
      if start == end { return target }
      let merged = try builder.shape(of: x)[start...end].compactMap(\.value)
      target[start] = .int(merged.count == end - start + 1 ? merged.reduce(1, *) : -1)
      return target.filter { !$0.isNone }
    }
  }

  @Sendable
  private static func unflatten(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let (sizes, dim) = (try call.list("sizes"), try call.int("dim"))
    return try builder.reshapedView(call.handle("self")) { builder, x in
      let axis = try builder.axis(dim, of: x)
      let extents = try builder.extents(of: x)
      return Array(extents[..<axis]) + sizes + Array(extents[(axis + 1)...])
    }
  }

  @Sendable
  private static func squeeze(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let x = try call.handle("self")
    let value = try builder.read(x)
    let shape = try builder.shape(of: value)
    let wanted = call.has("dim") ? try call.ints("dim").map { try builder.axis($0, of: value) } : Array(shape.indices)
    let axes = shape.isEmpty ? [] : wanted.filter { shape[$0] == .fixed(1) }
    return try builder.view(
      x, derive: { try $0.squeeze($1, axes) }, restore: { builder, _, view in try builder.unsqueeze(view, axes) })
  }

  @Sendable
  private static func unsqueeze(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let x = try call.handle("self")
    let axis = try builder.axis(call.int("dim"), of: builder.read(x), adding: 1)
    return try builder.view(
      x, derive: { try $0.unsqueeze($1, [axis]) }, restore: { builder, _, view in try builder.squeeze(view, [axis]) })
  }

  @Sendable
  private static func expand(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let size = try call.list("size")
    return try builder.view(call.handle("self")) { builder, x in try builder.expand(x, to: size) }
  }

  private static func padded(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ count: Int
  ) throws -> [AtenValue] {
    let x = try call.handle("self")
    let rank = try builder.rank(of: builder.read(x))
    guard rank < count else { return [.tensor(x)] }
    return [
      .tensor(
        try builder.reshapedView(x) { builder, value in
          try [AtenValue](repeating: .int(1), count: count - rank) + builder.extents(of: value)
        })
    ]
  }

  // MARK: Axes

  private static func swapped(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ first: Int, _ second: Int
  ) throws -> AtenTensor {
    let x = try call.handle("self")
    let value = try builder.read(x)
    let rank = try builder.rank(of: value)
    guard rank > 0 else { return x }
    var order = Array(0..<rank)
    order.swapAt(try builder.axis(first, of: value), try builder.axis(second, of: value))
    return try builder.reorderedView(x, order)
  }

  @Sendable
  private static func flipped(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let x = try call.handle("self")
    return try builder.reorderedView(x, Array((0..<builder.rank(of: builder.read(x))).reversed()))
  }

  @Sendable
  private static func lastTwo(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    try swapped(call, &builder, -2, -1)
  }

  @Sendable
  private static func moved(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenTensor {
    let x = try call.handle("self")
    let value = try builder.read(x)
    let rank = try builder.rank(of: value)
    let sources = try call.ints("source").map { try builder.axis($0, of: value) }
    let targets = try call.ints("destination").map { try builder.axis($0, of: value) }
    guard sources.count == targets.count else { throw call.fault("destination", expected: "as many axes") }
    var order = [Int](repeating: -1, count: rank)
    for (source, target) in zip(sources, targets) { order[target] = source }
    var others = (0..<rank).filter { !sources.contains($0) }[...]
    for index in order.indices where order[index] < 0 { order[index] = others.popFirst() ?? 0 }
    return try builder.reorderedView(x, order)
  }

  // MARK: Copies that may be none

  @Sendable
  private static func contiguous(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    [.tensor(try builder.view(call.handle("self"), isCertain: false) { _, x in x })]
  }

  @Sendable
  private static func convert(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    if call.has("other") {
      let other = try builder.elementType(of: call.tensor("other", &builder))
      return try converted(call, &builder, other)
    }
    return try converted(call, &builder, call.elementType("dtype"))
  }

  private static func converted(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ type: ElementType?
  ) throws -> [AtenValue] {
    let x = try call.handle("self")
    let value = try builder.read(x)
    let isSame = try type == nil || type == builder.elementType(of: value)
    let isCopy = try call.bool("copy")
    if isSame, !isCopy { return [.tensor(x)] }
    return [.tensor(AtenTensor(try type.map { try builder.cast(value, to: $0) } ?? value))]
  }
}

extension AtenGraphBuilder {
  /// A view of a tensor.
  mutating func view(
    _ base: AtenTensor, isCertain: Bool = true,
    derive: @escaping (inout AtenGraphBuilder, ValueID) throws -> ValueID,
    restore: ((inout AtenGraphBuilder, ValueID, ValueID) throws -> ValueID)? = nil
  ) throws -> AtenTensor {
    let value = try derive(&self, read(base))
    return AtenTensor(value, view: .init(base: base, derive: derive, restore: restore, isCertain: isCertain))
  }

  /// A view of a tensor under another shape.
  mutating func reshapedView(
    _ base: AtenTensor, isCertain: Bool = true,
    to target: @escaping (inout AtenGraphBuilder, ValueID) throws -> [AtenValue]
  ) throws -> AtenTensor {
    try view(
      base, isCertain: isCertain, derive: { builder, x in try builder.reshape(x, to: target(&builder, x)) },
      restore: { builder, base, view in try builder.reshape(view, to: builder.extents(of: base)) })
  }

  /// A view of a tensor with its axes in another order.
  mutating func reorderedView(_ base: AtenTensor, _ order: [Int]) throws -> AtenTensor {
    let value = try read(base)
    guard try order.sorted() == Array(0..<rank(of: value)) else {
      throw ConversionError(.badInput, "\(order) is no order of the axes")
    }
    var inverse = order
    for (index, axis) in order.enumerated() { inverse[axis] = index }
    let back = inverse
    return try view(
      base, derive: { try $0.transpose($1, order) }, restore: { builder, _, view in try builder.transpose(view, back) })
  }
}
