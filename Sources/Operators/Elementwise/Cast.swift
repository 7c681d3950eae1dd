import CNNGraphs
import CNNTensors

/// Elements converted to another type: numbers to the nearest value, floating point to integers toward zero, integers
/// among one another by their low bits, anything to `bool` by not being zero, and all of these to and from strings.
public struct Cast: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Cast", versions: [1, 6, 9, 13, 19, 21, 23, 24, 25, 28], inputs: 1...1)

  /// The type of the result.
  public let type: ElementType
  /// How values beyond the type's range and between its values are treated.
  public let rounding: CastRounding

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 {
      let name = try node.require("to", node.string("to"))
      guard let type = ElementType(dataTypeName: name.uppercased()) else {
        throw OperatorError.attribute("to", "\(name.quoted) is no element type")
      }
      self.type = type
    } else {
      type = try node.require("to", node.elementType("to"))
    }
    rounding = try CastRounding(from: &node)
  }

  /// Makes the operator with these settings.
  public init(to type: ElementType, rounding: CastRounding = CastRounding()) {
    (self.type, self.rounding) = (type, rounding)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version < 6 { node.set("to", type.dataTypeName) } else { node.set("to", type) }
    try rounding.write(to: &node)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [inferred(context)] }

  /// The result's type, and the integers it is known to hold if the type can hold them.
  func inferred(_ context: InferenceContext) -> InferredValue {
    let contents: [Dimension]?
    switch type {
    case .int64, .uint64, .int32, .uint32, .float32, .float64: contents = context.contents(0)
    case .bool: contents = context.contents(0)?.map { $0.value.map { $0 == 0 ? 0 : 1 } ?? .unknown }
    default: contents = nil
    }
    return .tensor(type, context.shape(0), contents: contents)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try context.tensor(0).cast(to: type, rounding))]
  }
}

/// How `Cast` treats values that an 8-bit floating-point type does not have.
public struct CastRounding: Hashable, Sendable {
  /// Which power of two stands for a number in `float8e8m0`.
  public enum Mode: String, Sendable { case up, down, nearest }

  /// True if values beyond the range become the largest value.
  public let saturates: Bool
  /// Which power of two stands for a number in `float8e8m0`.
  public let mode: Mode

  /// Makes the operator with these settings.
  public init(saturates: Bool = true, mode: Mode = .up) { (self.saturates, self.mode) = (saturates, mode) }

  init(from node: inout NodeReader) throws {
    saturates = try node.version < 19 || node.flag("saturate", default: true)
    mode = try node.version < 24 ? .up : node.choice("round_mode", default: .up)
  }

  func write(to node: inout NodeWriter) throws {
    if !saturates {
      try node.require(version: 19, for: "a cast that does not saturate")
      node.set("saturate", 0)
    }
    if mode != .up {
      try node.require(version: 24, for: "round_mode '\(mode.rawValue)'")
      node.set("round_mode", mode.rawValue)
    }
  }
}
