import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Activations without settings.
enum NcnnPlainActivation: NcnnLayerKind {
  private static let table: [(any Operator.Type, String)] = [
    (Relu.self, "ReLU"), (Sigmoid.self, "Sigmoid"), (Tanh.self, "TanH"), (Mish.self, "Mish"),
    (Softplus.self, "Softplus"), (ErrorFunction.self, "Erf"),
  ]
  static let types = ["Sigmoid", "TanH", "Mish", "Softplus", "Erf"]
  static let operators: [any Operator.Type] = table.map(\.0)

  static func write(_ node: NcnnNode) throws {
    let kind = ObjectIdentifier(type(of: node.operator))
    guard let type = table.first(where: { ObjectIdentifier($0.0) == kind })?.1 else { return }
    try node.apply(type)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let operations: [String: any PlainOperator] = [
      "Sigmoid": Sigmoid(), "TanH": Tanh(), "Mish": Mish(), "Softplus": Softplus(), "Erf": ErrorFunction(),
    ]
    if let operation = operations[layer.layer.type] { try layer.write(operation, layer.input()) }
  }
}

extension NcnnNode {
  /// Writes a layer that changes each element by itself.
  func apply(_ type: String, _ parameters: NcnnParameters = NcnnParameters(), to place: NcnnPlace? = nil) throws {
    let place = try place ?? self.place(0)
    try write(type, [place.blob], parameters, dimensions: place.dimensions)
  }
}

/// `ReLU` with a slope.
enum NcnnLeakyReLU: NcnnLayerKind {
  static let types = ["ReLU"]
  static let operators: [any Operator.Type] = [LeakyRelu.self]

  static func write(_ node: NcnnNode) throws {
    guard let activation = node.operator as? LeakyRelu else { return }
    var parameters = NcnnParameters()
    parameters.set(0, activation.alpha)
    try node.apply("ReLU", parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let slope = try layer.float(0, default: 0)
    if slope == 0 {
      try layer.write(Relu(), layer.input())
    } else {
      try layer.write(LeakyRelu(alpha: slope), layer.input())
    }
  }
}

/// `PReLU`: one slope, or one for each channel.
enum NcnnPReLU: NcnnLayerKind {
  static let types = ["PReLU"]
  static let operators: [any Operator.Type] = [PRelu.self]

  static func write(_ node: NcnnNode) throws {
    let slopes = try node.weights(1, "slopes")
    let dimensions = try node.dimensions(0)
    let shape = Array(slopes.shape.drop { $0 == 1 })
    // A slope for each channel lies along the outermost dimension.
    let isChannelwise =
      slopes.count == 1
      || dimensions.first == .fixed(slopes.count)
        && (slopes.rank == 1 && (node.operator as? PRelu)?.isChannelwise == true
          || shape == [slopes.count] + Array(repeating: 1, count: dimensions.count - 1))
    guard isChannelwise else { throw node.refusal("slopes of shape \(slopes.shape)") }
    var parameters = NcnnParameters()
    parameters.set(0, slopes.count)
    try node.write("PReLU", [node.blob(0)], parameters, weights: [.plain(slopes)])
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let count = try layer.size(0)
    let input = try layer.input()
    let rank = try layer.dimensions(input).count
    let slopes = try layer.plain([count] + Array(repeating: 1, count: max(rank - 1, 0)))
    try layer.write(PRelu(), input, layer.constant(slopes, "weight"))
  }
}

/// `Clip`.
enum NcnnClip: NcnnLayerKind {
  static let types = ["Clip"]
  static let operators: [any Operator.Type] = [Clip.self]

  static func write(_ node: NcnnNode) throws {
    func bound(_ index: Int, _ standard: Float) throws -> Float {
      guard node.has(index) else { return standard }
      guard let value = try node.scalar(index) else { throw node.refusal("the bounds must be constant") }
      return value
    }
    let (low, high) = (try bound(1, -NcnnNumber.most), try bound(2, NcnnNumber.most))
    guard low <= high else { throw node.refusal("bounds \(low) and \(high)") }
    var parameters = NcnnParameters()
    parameters.set(0, low)
    parameters.set(1, high)
    try node.apply("Clip", parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let (low, high) = (
      try layer.float(0, default: -NcnnNumber.most), try layer.float(1, default: NcnnNumber.most)
    )
    try layer.write(
      Clip(), layer.input(), low <= -NcnnNumber.most ? nil : layer.number(low),
      high >= NcnnNumber.most ? nil : layer.number(high))
  }
}

/// `ELU`, `SELU` and `CELU`.
enum NcnnElu: NcnnLayerKind {
  static let types = ["ELU", "SELU", "CELU"]
  static let operators: [any Operator.Type] = [Elu.self, Selu.self, Celu.self]

  static func write(_ node: NcnnNode) throws {
    var parameters = NcnnParameters()
    switch node.operator {
    case let activation as Elu:
      parameters.set(0, activation.alpha)
      try node.apply("ELU", parameters)
    case let activation as Selu:
      parameters.set(0, activation.alpha)
      parameters.set(1, activation.gamma)
      try node.apply("SELU", parameters)
    case let activation as Celu:
      parameters.set(0, activation.alpha)
      try node.apply("CELU", parameters)
    default: break
    }
  }

  static func read(_ layer: NcnnLayerReader) throws {
    switch layer.layer.type {
    case "ELU": try layer.write(Elu(alpha: layer.float(0, default: 0.1)), layer.input())
    case "CELU": try layer.write(Celu(alpha: layer.float(0, default: 1)), layer.input())
    default:
      let operation = Selu(
        alpha: try layer.float(0, default: 1.67326324), gamma: try layer.float(1, default: 1.050700987))
      try layer.write(operation, layer.input())
    }
  }
}

/// `GELU`.
enum NcnnGelu: NcnnLayerKind {
  static let types = ["GELU"]
  static let operators: [any Operator.Type] = [Gelu.self]

  static func write(_ node: NcnnNode) throws {
    guard let activation = node.operator as? Gelu else { return }
    var parameters = NcnnParameters()
    parameters.set(0, activation.approximation == .tanh ? 1 : 0)
    try node.apply("GELU", parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    try layer.write(Gelu(approximation: layer.int(0) == 0 ? .none : .tanh), layer.input())
  }
}

/// `HardSigmoid` and `HardSwish`.
enum NcnnHardSigmoid: NcnnLayerKind {
  static let types = ["HardSigmoid", "HardSwish"]
  static let operators: [any Operator.Type] = [HardSigmoid.self, HardSwish.self]

  static func write(_ node: NcnnNode) throws {
    let (type, alpha, beta): (String, Float, Float) =
      if let activation = node.operator as? HardSigmoid {
        ("HardSigmoid", activation.alpha, activation.beta)
      } else {
        ("HardSwish", 1 / 6, 0.5)
      }
    guard alpha > 0 else { throw node.refusal("a slope of \(alpha)") }
    var parameters = NcnnParameters()
    parameters.set(0, alpha)
    parameters.set(1, beta)
    try node.apply(type, parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let (alpha, beta) = (try layer.float(0, default: 0.2), try layer.float(1, default: 0.5))
    if layer.layer.type == "HardSwish" { return try write(layer, layer.input(), alpha: alpha, beta: beta) }
    try layer.write(HardSigmoid(alpha: alpha, beta: beta), layer.input())
  }

  /// A HardSwish of any slope: ONNX's own has 1/6 and 1/2.
  static func write(_ layer: NcnnLayerReader, _ input: ValueID, alpha: Float, beta: Float) throws {
    // ncnn's tools write seven digits.
    if abs(alpha - 1 / 6) < 1e-6, beta == 0.5 { return try layer.write(HardSwish(), input) }
    try layer.write(Multiply(), input, layer.step(HardSigmoid(alpha: alpha, beta: beta), input))
  }
}

/// `Swish`; with a factor, what it is made of.
enum NcnnSwish: NcnnLayerKind {
  static let types = ["Swish"]
  static let operators: [any Operator.Type] = [Swish.self]

  static func write(_ node: NcnnNode) throws {
    guard let activation = node.operator as? Swish else { return }
    if activation.alpha == 1 { return try node.apply("Swish") }
    let place = try node.place(0)
    var scale = NcnnParameters()
    scale.set(0, 2)
    scale.set(1, 1)
    scale.set(2, activation.alpha)
    let scaled = node.step("BinaryOp", [place.blob], scale, dimensions: place.dimensions)
    let gate = node.step("Sigmoid", [scaled.blob], dimensions: place.dimensions)
    var product = NcnnParameters()
    product.set(0, 2)
    try node.write("BinaryOp", [place.blob, gate.blob], product, dimensions: place.dimensions)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    try layer.write(Multiply(), input, layer.step(Sigmoid(), input))
  }
}

/// `UnaryOp`.
enum NcnnUnaryOp: NcnnLayerKind {
  private static let table: [(any Operator.Type, Int)] = [
    (AbsoluteValue.self, 0), (Negate.self, 1), (Floor.self, 2), (Ceiling.self, 3), (Sqrt.self, 5), (Exp.self, 7),
    (Log.self, 8), (Sin.self, 9), (Cos.self, 10), (Tan.self, 11), (Asin.self, 12), (Acos.self, 13), (Atan.self, 14),
    (Reciprocal.self, 15), (Round.self, 18), (Sign.self, 20), (Sinh.self, 22), (Asinh.self, 23), (Cosh.self, 24),
    (Acosh.self, 25), (Atanh.self, 26),
  ]
  static let types = ["UnaryOp"]
  static let operators: [any Operator.Type] = table.map(\.0)

  static func write(_ node: NcnnNode) throws {
    let kind = ObjectIdentifier(type(of: node.operator))
    guard let number = table.first(where: { ObjectIdentifier($0.0) == kind })?.1 else { return }
    var parameters = NcnnParameters()
    parameters.set(0, number)
    try node.apply("UnaryOp", parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let operations: [any Operator] = [
      AbsoluteValue(), Negate(), Floor(), Ceiling(), Identity(), Sqrt(), Identity(), Exp(), Log(), Sin(), Cos(), Tan(),
      Asin(), Acos(), Atan(), Reciprocal(), Tanh(), Identity(), Round(), Identity(), Sign(), Identity(), Sinh(),
      Asinh(), Cosh(), Acosh(), Atanh(),
    ]
    switch try layer.int(0) {
    case 4: try layer.write(Multiply(), input, input)
    case 6: try layer.write(Reciprocal(), layer.step(Sqrt(), input))
    case 17: try layer.write(Divide(), layer.step(Log(), input), layer.number(2.302585093))
    case let number where operations.indices.contains(number) && ![19, 21].contains(number):
      try layer.write(operations[number], input)
    case let number: throw layer.refusal("operation \(number)")
    }
  }
}
