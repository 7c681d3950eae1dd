import CNNGraphs
import CNNOperators
import CNNTensors

/// Activations, and dropout, which does nothing when a network is evaluated.
enum AtenActivation {
  static let family = AtenOperators.Family(
    name: "Activation",
    operators: AtenOperators.singles([
      "aten::relu": { try $1.apply(Relu(), $0.tensor("self", &$1)) },
      "aten::relu6": { try clipped($0, &$1, 0, 6) },
      "aten::hardtanh": { try clipped($0, &$1, $0.double("min_val"), $0.double("max_val")) },
      "aten::hardswish": { try $1.apply(HardSwish(), $0.tensor("self", &$1)) },
      "aten::hardsigmoid": { try $1.apply(HardSigmoid(alpha: 1 / 6, beta: 0.5), $0.tensor("self", &$1)) },
      "aten::sigmoid": { try $1.apply(Sigmoid(), $1.floating($0.tensor("self", &$1))) },
      "aten::tanh": { try $1.apply(Tanh(), $1.floating($0.tensor("self", &$1))) },
      "aten::silu": { call, builder in
        let x = try call.tensor("self", &builder)
        return try builder.product(x, builder.apply(Sigmoid(), x))
      },
      "aten::gelu": { call, builder in
        let name = try call.string("approximate") ?? "none"
        guard let approximation = Gelu.Approximation(rawValue: name) else {
          throw call.fault("approximate", expected: "'none' or 'tanh'")
        }
        return try builder.apply(Gelu(approximation: approximation), call.tensor("self", &builder))
      },
      "aten::elu": elu,
      "aten::selu": { try $1.apply(Selu(), $0.tensor("self", &$1)) },
      "aten::celu": { try $1.apply(Celu(alpha: $0.float("alpha")), $0.tensor("self", &$1)) },
      "aten::leaky_relu": { try $1.apply(LeakyRelu(alpha: $0.float("negative_slope")), $0.tensor("self", &$1)) },
      "aten::rrelu": { call, builder in
        guard try !call.bool("training") else { throw call.unsupported("a random slope, as in training") }
        let slope = (try call.float("lower") + call.float("upper")) / 2
        return try builder.apply(LeakyRelu(alpha: slope), call.tensor("self", &builder))
      },
      "aten::prelu": prelu,
      "aten::_prelu_kernel": { try $1.apply(PRelu(), $0.tensor("self", &$1), $0.tensor("weight", &$1)) },
      "aten::softplus": softplus,
      "aten::mish": { try $1.apply(Mish(), $0.tensor("self", &$1)) },
      "aten::log_sigmoid": { call, builder in
        let x = try call.tensor("self", &builder)
        return try builder.apply(Negate(), builder.apply(Softplus(), builder.apply(Negate(), x)))
      },
      "aten::softshrink": { call, builder in
        let bound = try call.float("lambd")
        return try builder.apply(Shrink(bias: bound, lambda: bound), call.tensor("self", &builder))
      },
      "aten::hardshrink": { try $1.apply(Shrink(bias: 0, lambda: $0.float("lambd")), $0.tensor("self", &$1)) },
      "aten::threshold": { call, builder in
        let x = try call.tensor("self", &builder)
        let type = try builder.elementType(of: x)
        let isAbove = try builder.apply(Greater(), x, builder.number(call["threshold"], as: type))
        return try builder.apply(Where(), isAbove, x, builder.number(call["value"], as: type))
      },
      "aten::glu": { call, builder in
        let x = try call.tensor("self", &builder)
        let axis = try builder.axis(call.int("dim"), of: x)
        let halves = try builder.apply(Split(axis: axis, partCount: 2), to: [x], count: 2)
        return try builder.product(halves[0], builder.apply(Sigmoid(), halves[1]))
      },
      "aten::softmax": { try softmax($0, &$1) { Softmax(axis: $0) } },
      "aten::_softmax": { try softmax($0, &$1) { Softmax(axis: $0) } },
      "aten::_safe_softmax": safeSoftmax,
      "aten::log_softmax": { try softmax($0, &$1) { LogSoftmax(axis: $0) } },
      "aten::_log_softmax": { try softmax($0, &$1) { LogSoftmax(axis: $0) } },
    ]).merging(
      AtenOperators.several([
        "aten::dropout": { call, _ in try kept(call, isTraining: "train", input: "input") },
        "aten::feature_dropout": { call, _ in try kept(call, isTraining: "train", input: "input") },
        "aten::alpha_dropout": { call, _ in try kept(call, isTraining: "train", input: "input") },
        "aten::feature_alpha_dropout": { call, _ in try kept(call, isTraining: "train", input: "input") },
        "aten::native_dropout": { call, _ in
          let results = try kept(call, isTraining: "train", input: "input")
          return results + [AtenValue.none]
        },
      ])
    ) { first, _ in first })

  private static func kept(_ call: AtenCall, isTraining: String, input: String) throws -> [AtenValue] {
    let isTraining = try call.bool(isTraining)
    guard try !isTraining || call.double("p") == 0 else {
      throw call.unsupported("dropout in training mode; call eval() before the network is exported")
    }
    return [.tensor(try call.handle(input))]
  }

  private static func clipped(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ low: Double, _ high: Double
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let type = try builder.elementType(of: x)
    return try builder.apply(Clip(), x, builder.scalar(low, as: type), builder.scalar(high, as: type))
  }

  @Sendable
  private static func elu(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let (scale, inner) = (try call.double("scale"), try call.double("input_scale"))
    let alpha = try call.float("alpha")
    if scale == 1, inner == 1 { return try builder.apply(Elu(alpha: alpha), x) }
    // scale · (max(x, 0) + min(alpha · (exp(inner · x) - 1), 0))
    let positive = try builder.apply(Relu(), x)
    let type = try builder.elementType(of: x)
    let negative = try builder.apply(
      Elu(alpha: alpha), builder.scaled(builder.apply(Minimum(), x, builder.scalar(0, as: type)), by: inner))
    return try builder.scaled(builder.sum(positive, negative), by: scale)
  }

  @Sendable
  private static func prelu(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    var slope = try call.tensor("weight", &builder)
    let rank = try builder.rank(of: x)
    let count = try builder.shape(of: slope).first ?? .fixed(1)
    if rank > 2 || (rank == 2 && count == .fixed(1)) {
      let shape = [AtenValue.int(-1)] + [AtenValue](repeating: .int(1), count: max(rank - 2, 0))
      slope = try builder.reshape(slope, to: shape)
    }
    return try builder.apply(PRelu(), x, slope)
  }

  /// `log(1 + exp(beta · x)) / beta`, and x itself above the threshold.
  @Sendable
  private static func softplus(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let (beta, threshold) = (try call.double("beta"), try call.double("threshold"))
    let inner = try builder.scaled(x, by: beta)
    let soft = try builder.scaled(builder.apply(Softplus(), inner), by: 1 / beta)
    // Where the threshold is 20, the difference is below the last digit.
    if threshold >= 20, try builder.elementType(of: x) == .float32 { return soft }
    let bound = try builder.scalar(threshold, as: builder.elementType(of: x))
    return try builder.apply(Where(), builder.apply(Greater(), inner, bound), x, soft)
  }

  private static func softmax(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: (Int) -> any Operator
  ) throws -> ValueID {
    var x = try call.tensor("self", &builder)
    if let type = try call.elementType("dtype") { x = try builder.cast(x, to: type) }
    x = try builder.floating(x)
    let rank = try builder.rank(of: x)
    guard rank > 0 else {
      return try builder.reshape(builder.apply(operation(0), builder.reshape(x, to: [.int(1)])), to: [])
    }
    return try builder.apply(operation(builder.axis(call.int("dim"), of: x)), x)
  }

  /// Rows that are masked altogether give zeros.
  @Sendable
  private static func safeSoftmax(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let result = try softmax(call, &builder) { Softmax(axis: $0) }
    return try builder.zeroIfNotANumber(result)
  }
}

extension AtenGraphBuilder {
  /// The value with 0 in place of NaN.
  mutating func zeroIfNotANumber(_ x: ValueID) throws -> ValueID {
    try apply(Where(), apply(IsNaN(), x), scalar(0, as: elementType(of: x)), x)
  }
}
