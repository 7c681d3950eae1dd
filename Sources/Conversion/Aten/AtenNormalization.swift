import CNNGraphs
import CNNOperators
import CNNTensors

/// Normalizations by batch, instance, layer and group.
enum AtenNormalization {
  static let family = AtenOperators.Family(
    name: "Normalization",
    operators: AtenOperators.singles([
      "aten::batch_norm": { try batch($0, &$1) },
      "aten::instance_norm": { try instance($0, &$1) },
      "aten::layer_norm": { try layer($0, &$1).value },
      "aten::group_norm": { try group($0, &$1, groups: "num_groups") },
      "aten::rms_norm": { try rootMeanSquare($0, &$1) },
      "aten::_weight_norm": { try weight($0, &$1).value },
      "aten::norm_except_dim": { try lengths($0, &$1, $0.int("pow")) },
    ]).merging(
      AtenOperators.several([
        "aten::_native_batch_norm_legit_no_training": { try native($0, &$1) { try batch($0, &$1) } },
        "aten::native_batch_norm": { try native($0, &$1) { try batch($0, &$1) } },
        "aten::_batch_norm_impl_index": { try native($0, &$1) { try batch($0, &$1) } },
        "aten::_native_batch_norm_legit": { try native($0, &$1) { try batch($0, &$1) } },
        "aten::cudnn_batch_norm": { try native($0, &$1) { try batch($0, &$1) } },
        "aten::native_layer_norm": nativeLayer, "aten::_weight_norm_interface": weightInterface,
        "aten::native_group_norm": { try native($0, &$1) { try group($0, &$1, groups: "group") } },
      ])
    ) { first, _ in first })

  /// The result, and the statistics that only training reads.
  private static func native(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder,
    _ build: (AtenCall, inout AtenGraphBuilder) throws -> ValueID
  ) throws -> [AtenValue] {
    [.tensor(AtenTensor(try build(call, &builder))), .none, .none]
  }

  private static func batch(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("input", &builder)
    let mean = try call.optionalTensor("running_mean", &builder)
    let variance = try call.optionalTensor("running_var", &builder)
    let epsilon = try call.float("eps")
    let trains = try call.bool("training")
    let (scale, bias) = (
      try call.optionalTensor("weight", &builder), try call.optionalTensor("bias", &builder)
    )
    if let mean, let variance, !trains {
      let type = try builder.elementType(of: mean)
      let channels = try builder.shapeList(of: mean)
      func filled(_ given: ValueID?, _ value: Double, _ builder: inout AtenGraphBuilder) throws -> ValueID {
        try given ?? builder.apply(ConstantOfShape(value: AtenGraphBuilder.tensor(value, as: type)), channels)
      }
      return try builder.apply(
        BatchNormalization(epsilon: epsilon), x, filled(scale, 1, &builder), filled(bias, 0, &builder), mean, variance)
    }
    guard mean == nil else {
      throw call.unsupported("batch normalization in training mode; call eval() before the network is exported")
    }
    // Without statistics of its own it takes those of the batch, when it is evaluated, too.
    let rank = try builder.rank(of: x)
    guard rank >= 2 else { throw call.unsupported("fewer than two axes") }
    let axes = try builder.ints([0] + Array(2..<rank))
    let normal = try normalized(x, axes: axes, epsilon: Double(epsilon), &builder)
    return try affine(normal, scale, bias, shape: [-1] + [Int](repeating: 1, count: rank - 2), &builder)
  }

  /// `(x - mean) / sqrt(variance + epsilon)` over some axes.
  private static func normalized(
    _ x: ValueID, axes: ValueID, epsilon: Double, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    let type = try builder.elementType(of: x)
    let centred = try builder.apply(Subtract(), x, builder.apply(ReduceMean(), x, axes))
    let variance = try builder.apply(ReduceMean(), builder.product(centred, centred), axes)
    let deviation = try builder.apply(Sqrt(), builder.sum(variance, builder.scalar(epsilon, as: type)))
    return try builder.apply(Divide(), centred, deviation)
  }

  private static func affine(
    _ x: ValueID, _ scale: ValueID?, _ bias: ValueID?, shape: [Int], _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    var x = x
    let shape = shape.map { AtenValue.int($0) }
    if let scale { x = try builder.product(x, builder.reshape(scale, to: shape)) }
    if let bias { x = try builder.sum(x, builder.reshape(bias, to: shape)) }
    return x
  }

  private static func instance(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    guard try call.bool("use_input_stats") else { return try batchOfInstance(call, &builder) }
    var x = try call.tensor("input", &builder)
    let rank = try builder.rank(of: x)
    guard rank >= 2 else { throw call.unsupported("fewer than two axes") }
    // Without a batch.
    let isSingle = rank == 2
    if isSingle { x = try builder.unsqueeze(x, [0]) }
    let type = try builder.elementType(of: x)
    var channels = try builder.shape(of: x)[1].value.map { [$0] }
    if channels == nil, let weight = try call.optionalTensor("weight", &builder) {
      channels = builder.fixedShape(of: weight)
    }
    guard let count = channels?.first else { throw call.unsupported("an unknown number of channels") }
    func filled(_ name: String, _ value: Double, _ builder: inout AtenGraphBuilder) throws -> ValueID {
      if let given = try call.optionalTensor(name, &builder) { return given }
      return try builder.apply(ConstantOfShape(value: AtenGraphBuilder.tensor(value, as: type)), builder.ints([count]))
    }
    let result = try builder.apply(
      InstanceNormalization(epsilon: call.float("eps")), x, filled("weight", 1, &builder), filled("bias", 0, &builder))
    return isSingle ? try builder.squeeze(result, [0]) : result
  }

  /// With statistics of its own, an instance is normalized as a batch is.
  private static func batchOfInstance(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    var arguments = call.arguments
    arguments["training"] = .bool(false)
    guard call.has("running_mean") else { throw call.unsupported("instance normalization without statistics") }
    return try batch(AtenCall(name: call.name, overload: call.overload, arguments: arguments), &builder)
  }

  private static func layer(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> (value: ValueID, axes: Int) {
    let x = try call.tensor("input", &builder)
    let shape = try call.ints("normalized_shape")
    let epsilon = try call.double("eps")
    let type = try builder.elementType(of: x)
    let bias = try call.optionalTensor("bias", &builder)
    let scale = try call.optionalTensor("weight", &builder)
    let given =
      try scale
      ?? builder.apply(
        ConstantOfShape(value: AtenGraphBuilder.tensor(1, as: type)), builder.ints(shape))
    let result = try builder.apply(
      LayerNormalization(axis: -shape.count, epsilon: Float(epsilon)), x, given, bias)
    return (result, shape.count)
  }

  private static func nativeLayer(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    [.tensor(AtenTensor(try layer(call, &builder).value)), .none, .none]
  }

  /// Each group is one instance (Wu and He 2018, section 3.1), whose channels then have scales of their own.
  private static func group(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, groups name: String
  ) throws -> ValueID {
    let x = try call.tensor("input", &builder)
    let groups = try call.int(name)
    let type = try builder.elementType(of: x)
    let extents = try builder.extents(of: x)
    guard extents.count >= 2, groups > 0 else { throw call.unsupported("fewer than two axes") }
    let parts = try builder.reshape(x, to: [builder.extent(0, of: x), .int(groups), .int(-1)])
    func filled(_ value: Double, _ builder: inout AtenGraphBuilder) throws -> ValueID {
      try builder.apply(ConstantOfShape(value: AtenGraphBuilder.tensor(value, as: type)), builder.ints([groups]))
    }
    let normal = try builder.apply(
      InstanceNormalization(epsilon: call.float("eps")), parts, filled(1, &builder), filled(0, &builder))
    // The shape as it was; a copy by 0 would take the groups for channels.
    let shaped = try builder.apply(Reshape(), normal, builder.shapeList(of: x))
    let (scale, bias) = (
      try call.optionalTensor("weight", &builder), try call.optionalTensor("bias", &builder)
    )
    return try affine(shaped, scale, bias, shape: [-1] + [Int](repeating: 1, count: extents.count - 2), &builder)
  }

  private static func rootMeanSquare(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("input", &builder)
    let shape = try call.ints("normalized_shape")
    let type = try builder.elementType(of: x)
    // PyTorch's own default is the type's distance from 1 to the next number.
    let epsilon = call.has("eps") ? try call.double("eps") : type == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let axes = try builder.ints(Array(-shape.count..<0))
    let mean = try builder.apply(ReduceMean(), builder.product(x, x), axes)
    let root = try builder.apply(Sqrt(), builder.sum(mean, builder.scalar(epsilon, as: type)))
    let normal = try builder.apply(Divide(), x, root)
    guard let scale = try call.optionalTensor("weight", &builder) else { return normal }
    return try builder.product(normal, scale)
  }

  // MARK: Weights

  /// `g · v / ‖v‖`, the length taken over all axes but one (Salimans, Kingma: "Weight Normalization", 2016, equation
  /// 2).
  private static func weight(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder
  ) throws -> (value: ValueID, length: ValueID) {
    let v = try call.tensor("v", &builder)
    let length = try lengths(call, &builder, 2)
    let factor = try builder.apply(Divide(), call.tensor("g", &builder), length)
    return (try builder.product(v, factor), length)
  }

  private static func weightInterface(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let (value, length) = try weight(call, &builder)
    return [.tensor(AtenTensor(value)), .tensor(AtenTensor(length))]
  }

  /// Lengths over all axes but `dim`; over all axes if it is -1.
  private static func lengths(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ power: Int
  ) throws -> ValueID {
    guard power == 1 || power == 2 else { throw call.unsupported("a norm of order \(power)") }
    let v = try call.tensor("v", &builder)
    let dim = try call.int("dim")
    let kept = dim == -1 ? nil : try builder.axis(dim, of: v)
    let axes = try builder.ints((0..<builder.rank(of: v)).filter { $0 != kept })
    // A length over everything has no axes.
    let keeps = kept != nil
    return try power == 2
      ? builder.apply(ReduceL2(keepsAxes: keeps), v, axes) : builder.apply(ReduceL1(keepsAxes: keeps), v, axes)
  }
}
