import CNNGraphs
import CNNOperators
import CNNTensors

/// Sums, means, norms and running sums along axes.
enum AtenReduction {
  static let family = AtenOperators.Family(
    name: "Reduction",
    operators: AtenOperators.singles([
      "aten::sum": { call, builder in try reduce(call, &builder, whole(call, &builder)) { ReduceSum(keepsAxes: $0) } },
      "aten::mean": { call, builder in
        try reduce(call, &builder, builder.floating(typed(call, &builder))) { ReduceMean(keepsAxes: $0) }
      },
      "aten::prod": { call, builder in
        try reduce(call, &builder, whole(call, &builder)) { ReduceProduct(keepsAxes: $0) }
      },
      "aten::amax": { try reduce($0, &$1, $0.tensor("self", &$1)) { ReduceMaximum(keepsAxes: $0) } },
      "aten::amin": { try reduce($0, &$1, $0.tensor("self", &$1)) { ReduceMinimum(keepsAxes: $0) } },
      "aten::logsumexp": { call, builder in
        try reduce(call, &builder, builder.floating(call.tensor("self", &builder))) {
          ReduceLogSumExp(keepsAxes: $0)
        }
      },
      "aten::all": { call, builder in
        let flags = try builder.cast(builder.cast(call.tensor("self", &builder), to: .bool), to: .int32)
        return try builder.cast(reduce(call, &builder, flags) { ReduceMinimum(keepsAxes: $0) }, to: .bool)
      },
      "aten::any": { call, builder in
        let flags = try builder.cast(builder.cast(call.tensor("self", &builder), to: .bool), to: .int32)
        return try builder.cast(reduce(call, &builder, flags) { ReduceMaximum(keepsAxes: $0) }, to: .bool)
      },
      "aten::count_nonzero": { call, builder in
        let flags = try builder.cast(builder.cast(call.tensor("self", &builder), to: .bool), to: .int64)
        return try reduce(call, &builder, flags) { _ in ReduceSum(keepsAxes: false) }
      },
    ]).merging(
      AtenOperators.singles([
        "aten::var": { try spread($0, &$1).variance },
        "aten::std": { try $1.apply(Sqrt(), spread($0, &$1).variance) },
        "aten::norm": { try norm($0, &$1, $0.has("p") ? $0.double("p") : 2, axes: "dim") },
        "aten::frobenius_norm": { try norm($0, &$1, 2, axes: "dim") },
        "aten::linalg_vector_norm": { try norm($0, &$1, $0.double("ord"), axes: "dim") },
        "aten::linalg_norm": { call, builder in
          let isOfVectors = try !call.has("ord") || (call["ord"].number == 2 && call.ints("dim").count == 1)
          guard isOfVectors else { throw call.unsupported("a norm of matrices") }
          return try norm(call, &builder, 2, axes: "dim")
        },
        "aten::cumsum": { try running($0, &$1) { CumulativeSum() } },
        "aten::cumprod": { try running($0, &$1) { CumulativeProduct() } },
      ])
    ) { first, _ in first }.merging(
      AtenOperators.several([
        "aten::var_mean": { call, builder in
          let (mean, variance) = try spread(call, &builder)
          return [.tensor(AtenTensor(variance)), .tensor(AtenTensor(mean))]
        },
        "aten::std_mean": { call, builder in
          let (mean, variance) = try spread(call, &builder)
          return [.tensor(AtenTensor(try builder.apply(Sqrt(), variance))), .tensor(AtenTensor(mean))]
        },
      ])
    ) { first, _ in first })

  /// The operand in the type that the call asks for.
  private static func typed(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    return try call.elementType("dtype").map { try builder.cast(x, to: $0) } ?? x
  }

  /// Integers of any width are added up in 64 bits.
  private static func whole(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try typed(call, &builder)
    let type = try builder.elementType(of: x)
    return type.isFloatingPoint || call.has("dtype") ? x : try builder.cast(x, to: .int64)
  }

  private static func reduce(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ x: ValueID, _ operation: (Bool) -> any Operator
  ) throws -> ValueID {
    let rank = try builder.rank(of: x)
    if rank == 0 { return x }
    let keeps = try call.bool("keepdim")
    let axes = try call.ints("dim").map { try builder.axis($0, of: x) }
    return try axes.isEmpty
      ? builder.apply(operation(keeps), x) : builder.apply(operation(keeps), x, builder.ints(axes))
  }

  // MARK: Spread

  /// Means and variances; the mean keeps its axes if the call says so.
  private static func spread(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder
  ) throws -> (mean: ValueID, variance: ValueID) {
    let x = try builder.floating(call.tensor("self", &builder))
    let type = try builder.elementType(of: x)
    let keeps = try call.bool("keepdim")
    let rank = try builder.rank(of: x)
    var axes = try call.ints("dim").map { try builder.axis($0, of: x) }
    if axes.isEmpty { axes = Array(0..<rank) }
    let list = try builder.ints(axes)
    // An old overload says whether one is taken off the count, the newer one how much.
    let correction =
      call.has("unbiased")
      ? (try call.bool("unbiased") ? 1 : 0)
      : call.has("correction") ? try call.double("correction") : 1
    let mean = try builder.apply(ReduceMean(), x, list)
    let centred = try builder.apply(Subtract(), x, mean)
    let squares = try builder.product(centred, centred)
    let variance: ValueID
    if correction == 0 {
      variance = try builder.apply(ReduceMean(keepsAxes: keeps), squares, list)
    } else {
      var count = AtenValue.int(1)
      for axis in axes { count = try builder.multiplyNumbers(count, builder.extent(axis, of: x)) }
      let all = try builder.number(count, as: type)
      let divisor = try builder.apply(Subtract(), all, builder.scalar(correction, as: type))
      variance = try builder.apply(
        Divide(), builder.apply(ReduceSum(keepsAxes: keeps), squares, list), divisor)
    }
    return (keeps ? mean : try builder.squeeze(mean, axes), variance)
  }

  private static func norm(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ order: Double, axes name: String
  ) throws -> ValueID {
    let x = try builder.floating(typed(call, &builder))
    let type = try builder.elementType(of: x)
    if try builder.rank(of: x) == 0 { return try builder.apply(AbsoluteValue(), x) }
    switch order {
    case 2: return try reduce(call, &builder, x) { ReduceL2(keepsAxes: $0) }
    case 1: return try reduce(call, &builder, x) { ReduceL1(keepsAxes: $0) }
    case .infinity:
      return try reduce(call, &builder, builder.apply(AbsoluteValue(), x)) { ReduceMaximum(keepsAxes: $0) }
    case -.infinity:
      return try reduce(call, &builder, builder.apply(AbsoluteValue(), x)) { ReduceMinimum(keepsAxes: $0) }
    case 0:
      let flags = try builder.cast(builder.cast(x, to: .bool), to: type)
      return try reduce(call, &builder, flags) { ReduceSum(keepsAxes: $0) }
    default:
      let power = try builder.apply(Power(), builder.apply(AbsoluteValue(), x), builder.scalar(order, as: type))
      let sum = try reduce(call, &builder, power) { ReduceSum(keepsAxes: $0) }
      return try builder.apply(Power(), sum, builder.scalar(1 / order, as: type))
    }
  }

  private static func running(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: () -> any Operator
  ) throws -> ValueID {
    let x = try whole(call, &builder)
    if try builder.rank(of: x) == 0 { return x }
    return try builder.apply(operation(), x, builder.scalarInt(builder.axis(call.int("dim"), of: x)))
  }
}
