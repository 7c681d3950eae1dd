import CNNFormats
import CNNGraphs
import CNNTensors

/// What a call tells of the shape of its first argument.
enum ScriptInputs {
  /// Calls after which the shape is still that of the input.
  static let keepsShape: Set<String> = [
    "aten::add", "aten::sub", "aten::mul", "aten::div", "aten::rsub", "aten::contiguous", "aten::clone", "aten::detach",
    "aten::to", "aten::float", "aten::alias", "aten::type_as", "aten::dropout", "aten::feature_dropout", "aten::relu",
    "aten::clamp", "aten::neg",
  ]

  private static let extents = [1: ["L"], 2: ["H", "W"], 3: ["D", "H", "W"]]

  /// The type of the input that an operator is given; `nil` if the operator does not tell.
  /// - Parameter place: which of the arguments is the input.
  /// - Parameter tensors: those arguments that are constants.
  static func type(
    _ operation: String, at place: Int, _ arguments: [ScriptValue], _ tensors: [Tensor?]
  ) -> TensorType? {
    func weight(_ index: Int) -> Tensor? { index < tensors.count ? tensors[index] : nil }
    if operation == "aten::embedding", place == 1 { return TensorType(.int64, ["N", "L"]) }
    guard place == 0 else { return nil }
    switch operation {
    case "aten::conv1d", "aten::conv2d", "aten::conv3d", "aten::_convolution", "aten::convolution":
      guard let weight = weight(1), weight.rank >= 3, let names = extents[weight.rank - 2] else { return nil }
      let isTransposed = operation.hasSuffix("convolution") && (arguments.count > 6 ? isTrue(arguments[6]) : false)
      let place = operation.hasSuffix("convolution") ? 8 : 6
      let groups = place < arguments.count ? (try? ScriptBuiltins.integer(arguments[place])) ?? 1 : 1
      let (channels, overflow) =
        isTransposed ? (weight.shape[0], false) : weight.shape[1].multipliedReportingOverflow(by: groups)
      guard !overflow else { return nil }
      return TensorType(weight.elementType, ["N", .fixed(channels)] + names.map { .symbol($0) })
    case "aten::linear":
      guard let weight = weight(1), weight.rank == 2 else { return nil }
      return TensorType(weight.elementType, ["N", .fixed(weight.shape[1])])
    case "aten::batch_norm":
      guard let mean = weight(3) ?? weight(1), mean.rank == 1 else { return nil }
      return TensorType(mean.elementType, ["N", .fixed(mean.shape[0]), "H", "W"])
    default: return nil
    }
  }

  private static func isTrue(_ value: ScriptValue) -> Bool {
    if case .plain(.bool(true)) = value { true } else { false }
  }

  /// What the first layer among the modules takes, in the order in which they are stored.
  static func firstLayer(of module: StoredScriptObject) -> TensorType? {
    for (name, value) in module.attributes {
      switch value {
      case .tensor(let weight) where name == "weight":
        if let type = type(ofLayer: weight) { return type }
      case .object(let inner):
        if let type = firstLayer(of: inner) { return type }
      default: break
      }
    }
    return nil
  }

  /// What the first layer among the constants of a frozen network takes.
  static func firstLayer(among constants: [StoredScriptValue]) -> TensorType? {
    for case .tensor(let weight) in constants {
      if weight.rank > 2, let type = type(ofLayer: weight) { return type }
    }
    return nil
  }

  private static func type(ofLayer weight: Tensor) -> TensorType? {
    guard weight.elementType.isFloatingPoint, weight.rank >= 2 else { return nil }
    guard weight.rank > 2 else { return TensorType(weight.elementType, ["N", .fixed(weight.shape[1])]) }
    guard let names = extents[weight.rank - 2] else { return nil }
    return TensorType(weight.elementType, ["N", .fixed(weight.shape[1])] + names.map { .symbol($0) })
  }
}
