import CNNGraphs
import CNNOperators
import CNNTensors

/// Tensors made of nothing but numbers.
enum AtenCreation {
  static let family = AtenOperators.Family(
    name: "Creation",
    operators: AtenOperators.singles([
      "aten::zeros": { try fill($0, &$1, $0.list("size"), .int(0), .float32) },
      "aten::ones": { try fill($0, &$1, $0.list("size"), .int(1), .float32) },
      "aten::empty": { try fill($0, &$1, $0.list("size"), .int(0), .float32) },
      "aten::full": { try fill($0, &$1, $0.list("size"), $0["fill_value"], type(of: $0["fill_value"])) },
      "aten::new_zeros": { try fill($0, &$1, $0.list("size"), .int(0), own($0, &$1)) },
      "aten::new_ones": { try fill($0, &$1, $0.list("size"), .int(1), own($0, &$1)) },
      "aten::new_empty": { try fill($0, &$1, $0.list("size"), .int(0), own($0, &$1)) },
      "aten::new_full": { try fill($0, &$1, $0.list("size"), $0["fill_value"], own($0, &$1)) },
      "aten::zeros_like": { try fill($0, &$1, shape($0, &$1), .int(0), own($0, &$1)) },
      "aten::ones_like": { try fill($0, &$1, shape($0, &$1), .int(1), own($0, &$1)) },
      "aten::empty_like": { try fill($0, &$1, shape($0, &$1), .int(0), own($0, &$1)) },
      "aten::full_like": { try fill($0, &$1, shape($0, &$1), $0["fill_value"], own($0, &$1)) },
      "aten::zero": { try fill($0, &$1, shape($0, &$1), .int(0), own($0, &$1)) },
      "aten::fill": { try fill($0, &$1, shape($0, &$1), $0["value"], own($0, &$1)) },
    ]).merging(
      AtenOperators.singles([
        "aten::arange": range,
        "aten::linspace": line,
        "aten::eye": identity,
        "aten::scalar_tensor": { call, builder in
          try builder.number(call["s"], as: call.elementType("dtype") ?? .float32)
        },
      ])
    ) { first, _ in first })

  private static func own(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ElementType {
    try builder.elementType(of: call.tensor("self", &builder))
  }

  private static func shape(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    try builder.extents(of: call.tensor("self", &builder))
  }

  private static func type(of value: AtenValue) -> ElementType {
    switch value {
    case .int, .scalar: .int64
    case .bool: .bool
    default: .float32
    }
  }

  private static func fill(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ shape: [AtenValue], _ value: AtenValue,
    _ standard: ElementType
  ) throws -> ValueID {
    let type = try call.elementType("dtype") ?? standard
    guard let number = value.number else {
      return try builder.expand(builder.number(value, as: type), to: shape)
    }
    return try builder.apply(
      ConstantOfShape(value: AtenGraphBuilder.tensor(number, as: type)), builder.integers(shape))
  }

  @Sendable
  private static func range(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let parts = [call.has("start") ? call["start"] : .int(0), call["end"], call.has("step") ? call["step"] : .int(1)]
    let isReal = try parts.contains { part in
      if case .float = part { return true }
      if case .scalar(let id) = part { return try builder.elementType(of: id).isFloatingPoint }
      return false
    }
    let type = try call.elementType("dtype") ?? (isReal ? .float32 : .int64)
    // Counted in whole numbers, the range of a short type is exact.
    let inner: ElementType = isReal ? (type == .float64 ? .float64 : .float32) : .int64
    let values = try parts.map { try builder.number($0, as: inner) }
    return try builder.cast(builder.apply(ArithmeticProgression(), to: values, count: 1)[0], to: type)
  }

  @Sendable
  private static func line(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let type = try call.elementType("dtype") ?? .float32
    let steps = try call.int("steps")
    guard 0...(1 << 24) ~= steps else { throw ConversionError(.limit, "a line of \(steps) elements") }
    if let start = call["start"].number, let end = call["end"].number {
      let step = steps > 1 ? (end - start) / Double(steps - 1) : 0
      // From both ends, as PyTorch does.
      let values = (0..<steps).map {
        $0 < steps / 2 ? start + step * Double($0) : end - step * Double(steps - 1 - $0)
      }
      return builder.add(try Tensor(steps == 1 ? [start] : values).converted(to: type), hint: "line")
    }
    throw call.unsupported("ends that depend on the input")
  }

  @Sendable
  private static func identity(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let type = try call.elementType("dtype") ?? .float32
    let (rows, columns) = (call["n"], call.has("m") ? call["m"] : call["n"])
    func steps(_ count: AtenValue, _ builder: inout AtenGraphBuilder) throws -> ValueID {
      try builder.apply(
        ArithmeticProgression(), builder.scalarInt(0), builder.number(count, as: .int64), builder.scalarInt(1))
    }
    let column = try builder.unsqueeze(steps(rows, &builder), [1])
    return try builder.cast(builder.apply(Equal(), column, steps(columns, &builder)), to: type)
  }
}
