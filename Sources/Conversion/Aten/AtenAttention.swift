import CNNGraphs
import CNNOperators
import CNNTensors

/// Attention (Vaswani and others 2017, equation 1).
enum AtenAttention {
  static let family = AtenOperators.Family(
    name: "Attention",
    operators: AtenOperators.singles([
      "aten::scaled_dot_product_attention": { try attend($0, &$1) }
    ]).merging(
      AtenOperators.several([
        "aten::_scaled_dot_product_flash_attention_for_cpu": { call, builder in
          [.tensor(AtenTensor(try attend(call, &builder))), .none]
        },
        "aten::_scaled_dot_product_attention_math": { call, builder in
          [.tensor(AtenTensor(try attend(call, &builder))), .none]
        },
      ])
    ) { first, _ in first })

  private static func attend(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    guard try call.double("dropout_p") == 0 else { throw call.unsupported("dropout, as in training") }
    let query = try call.tensor("query", &builder)
    var key = try call.tensor("key", &builder)
    var value = try call.tensor("value", &builder)
    let type = try builder.elementType(of: query)
    let rank = try builder.rank(of: query)
    guard rank >= 2, try builder.rank(of: key) >= 2 else { throw call.unsupported("fewer than two axes") }
    if try call.bool("enable_gqa") {
      key = try shared(key, by: query, &builder)
      value = try shared(value, by: query, &builder)
    }
    let scale: ValueID
    if call.has("scale") {
      scale = try builder.scalar(call.double("scale"), as: type)
    } else {
      let width = try builder.number(builder.extent(rank - 1, of: query), as: type)
      scale = try builder.apply(Reciprocal(), builder.apply(Sqrt(), width))
    }
    var order = Array(0..<(try builder.rank(of: key)))
    order.swapAt(order.count - 1, order.count - 2)
    let scaled = try builder.product(query, scale)
    var scores = try builder.apply(MatrixMultiplication(), scaled, builder.transpose(key, order))
    let minus = try builder.scalar(-.infinity, as: type)
    if try call.bool("is_causal") {
      let (rows, columns) = (try builder.extent(-2, of: query), try builder.extent(-2, of: key))
      let ones = try builder.apply(
        ConstantOfShape(value: Tensor(scalar: Float(1))), builder.integers([rows, columns]))
      let isSeen = try builder.cast(
        builder.apply(TriangularPart(isUpper: false), ones, builder.scalarInt(0)), to: .bool)
      scores = try builder.apply(Where(), isSeen, scores, minus)
    }
    var mayBeEmpty = false
    if let mask = try call.optionalTensor("attn_mask", &builder) {
      mayBeEmpty = try builder.elementType(of: mask) == .bool
      scores =
        try mayBeEmpty ? builder.apply(Where(), mask, scores, minus) : builder.sum(scores, builder.cast(mask, to: type))
    }
    var weights = try builder.apply(Softmax(axis: -1), scores)
    // A row that sees nothing is zero.
    if mayBeEmpty { weights = try builder.zeroIfNotANumber(weights) }
    return try builder.apply(MatrixMultiplication(), weights, value)
  }

  /// Heads of keys and values repeated for the queries' heads that share them.
  private static func shared(
    _ x: ValueID, by query: ValueID, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    guard let heads = try builder.extent(-3, of: x).integer, let wanted = try builder.extent(-3, of: query).integer,
      heads > 0, wanted % heads == 0
    else { throw ConversionError(.unsupported, "an unknown number of heads") }
    if heads == wanted { return x }
    let extents = try builder.extents(of: x)
    let axis = extents.count - 3
    var target = extents
    target.insert(.int(wanted / heads), at: axis + 1)
    var merged = extents
    merged[axis] = .int(wanted)
    return try builder.reshape(builder.expand(builder.unsqueeze(x, [axis + 1]), to: target), to: merged)
  }
}
