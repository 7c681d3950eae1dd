import CNNGraphs
import CNNTensors

/// `a` with its bits moved by `b` places, broadcast. To the right the sign is drawn along; a shift that is negative or as
/// wide as the type leaves nothing but that sign.
public struct BitShift: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("BitShift", versions: [11, 28], inputs: 2...2)

  /// Which way the bits move.
  public enum Direction: String, Sendable {
    case left = "LEFT"
    case right = "RIGHT"
  }

  /// Which way the bits move.
  public let direction: Direction

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    guard node.has("direction") else { throw OperatorError.attribute("direction", "missing") }
    direction = try node.choice("direction", default: .left)
  }

  /// Makes the operator with these settings.
  public init(_ direction: Direction) { self.direction = direction }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("direction", direction.rawValue) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try Broadcast.infer([context.shape(0), context.shape(1)])
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: nil)
    guard a.elementType.isInteger else { throw OperatorError.elementType(input: 0, found: a.elementType) }
    return [.tensor(try a.elementType.numericKind == .signed ? shift(a, b, Int64.self) : shift(a, b, UInt64.self))]
  }

  @inline(__always)
  private func shift<T: ArithmeticScalar & FixedWidthInteger>(_ a: Tensor, _ b: Tensor, _: T.Type) throws -> Tensor {
    let width = T(a.elementType.bitWidth)
    let broadcast = try Broadcast(a.shape, b.shape)
    return try a.withValues(as: T.self) { x in
      try b.withValues(as: T.self) { y in
        try Tensor(a.elementType, shape: broadcast.shape) { (target: UnsafeMutableBufferPointer<T>) in
          broadcast.map(x, y, into: target) { value, places in
            switch direction {
            case .left: places >= 0 && places < width ? value << places : 0
            case .right: places >= 0 && places < width ? value >> places : value < 0 ? T.negating(1) : 0
            }
          }
        }
      }
    }
  }
}
