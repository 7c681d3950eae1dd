import CNNGraphs
import CNNOperators
import CNNTensors

/// The largest and smallest elements, where they stand, and order.
enum AtenSelection {
  static let family = AtenOperators.Family(
    name: "Selection",
    operators: AtenOperators.several([
      "aten::max": { try extreme($0, &$1, isMaximum: true) },
      "aten::min": { try extreme($0, &$1, isMaximum: false) },
      "aten::topk": top, "aten::sort": sort, "aten::kthvalue": nth,
      "aten::aminmax": { call, builder in
        [.tensor(AtenTensor(try bound(call, &builder, false))), .tensor(AtenTensor(try bound(call, &builder, true)))]
      },
    ]).merging(
      AtenOperators.singles([
        "aten::argmax": { try place($0, &$1, isMaximum: true) },
        "aten::argmin": { try place($0, &$1, isMaximum: false) },
        "aten::argsort": { try ordered($0, &$1)[1] },
        "aten::msort": { call, builder in
          let x = try call.tensor("self", &builder)
          let count = try builder.integers([builder.extent(0, of: x)])
          return try builder.apply(TopK(axis: 0, takesLargest: false), to: [x, count], count: 2)[0]
        },
      ])
    ) { first, _ in first })

  private static func extreme(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, isMaximum: Bool
  ) throws -> [AtenValue] {
    if call.has("other") {
      let pair = try builder.promoted([call["self"], call["other"]])
      let operation: any Operator = isMaximum ? Maximum() : Minimum()
      return [.tensor(AtenTensor(try builder.apply(operation, pair[0], pair[1])))]
    }
    guard call.has("dim") else {
      let x = try call.tensor("self", &builder)
      let operation: any Operator = isMaximum ? ReduceMaximum(keepsAxes: false) : ReduceMinimum(keepsAxes: false)
      return [.tensor(AtenTensor(try builder.reduceAll(x, operation)))]
    }
    let x = try call.tensor("self", &builder)
    let keeps = try call.bool("keepdim")
    let axis = try builder.axis(call.int("dim"), of: x)
    let axes = try builder.ints([axis])
    let value =
      isMaximum
      ? try builder.apply(ReduceMaximum(keepsAxes: keeps), x, axes)
      : try builder.apply(ReduceMinimum(keepsAxes: keeps), x, axes)
    let index =
      isMaximum
      ? try builder.apply(ArgMax(axis: axis, keepsAxis: keeps), x)
      : try builder.apply(ArgMin(axis: axis, keepsAxis: keeps), x)
    return [.tensor(AtenTensor(value)), .tensor(AtenTensor(index))]
  }

  private static func bound(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ isMaximum: Bool
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let keeps = try call.bool("keepdim")
    let operation: any Operator = isMaximum ? ReduceMaximum(keepsAxes: keeps) : ReduceMinimum(keepsAxes: keeps)
    guard call.has("dim") else { return try builder.reduceAll(x, operation) }
    return try builder.apply(operation, x, builder.ints([call.int("dim")]))
  }

  private static func place(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, isMaximum: Bool
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let keeps = try call.bool("keepdim")
    func search(_ x: ValueID, _ axis: Int, _ keeps: Bool) throws -> ValueID {
      isMaximum
        ? try builder.apply(ArgMax(axis: axis, keepsAxis: keeps), x)
        : try builder.apply(ArgMin(axis: axis, keepsAxis: keeps), x)
    }
    guard call.has("dim") else {
      let index = try search(builder.reshape(x, to: [.int(-1)]), 0, false)
      guard keeps else { return index }
      return try builder.reshape(index, to: [AtenValue](repeating: .int(1), count: builder.rank(of: x)))
    }
    return try search(x, builder.axis(call.int("dim"), of: x), keeps)
  }

  @Sendable
  private static func top(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let x = try call.tensor("self", &builder)
    let operation = TopK(
      axis: try builder.axis(call.int("dim"), of: x), takesLargest: try call.bool("largest"),
      isSorted: try call.bool("sorted"))
    let results = try builder.apply(operation, to: [x, builder.integers([call["k"]])], count: 2)
    return results.map { .tensor(AtenTensor($0)) }
  }

  private static func ordered(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [ValueID] {
    let x = try call.tensor("self", &builder)
    let axis = try builder.axis(call.int("dim"), of: x)
    let count = try builder.integers([builder.extent(axis, of: x)])
    let operation = TopK(axis: axis, takesLargest: try call.bool("descending"))
    return try builder.apply(operation, to: [x, count], count: 2)
  }

  @Sendable
  private static func sort(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    try ordered(call, &builder).map { .tensor(AtenTensor($0)) }
  }

  @Sendable
  private static func nth(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let x = try call.tensor("self", &builder)
    let axis = try builder.axis(call.int("dim"), of: x)
    let number = try call.int("k")
    let results = try builder.apply(
      TopK(axis: axis, takesLargest: false), to: [x, builder.ints([number])], count: 2)
    return try results.map { result in
      let last = try builder.slice(result, axis: axis, from: .int(number - 1), to: .int(number))
      return .tensor(AtenTensor(try call.bool("keepdim") ? last : builder.squeeze(last, [axis])))
    }
  }
}

extension AtenGraphBuilder {
  /// A reduction over all axes, to no axis.
  mutating func reduceAll(_ x: ValueID, _ operation: any Operator) throws -> ValueID {
    try rank(of: x) == 0 ? x : apply(operation, x)
  }
}
