import CNNGraphs
import CNNTensors

/// The remainder of `a / b`, broadcast, with the divisor's sign, or with the dividend's if `truncates` is set. The
/// remainder of an integer division by zero is 0.
public struct Modulo: NumericBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Mod", versions: [10, 13, 28], inputs: 2...2)

  /// True if the quotient is cut toward zero, as C's `fmod` and `%` do.
  public let truncates: Bool
  package var legacyAxis: Int? { nil }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { truncates = try node.flag("fmod") }

  /// Makes the operator with these settings.
  public init(legacyAxis: Int?) { truncates = false }

  /// Makes the operator with these settings.
  public init(truncates: Bool = false) { self.truncates = truncates }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("fmod", truncates, unless: false) }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T {
    let remainder = T.remainder(a, b)
    guard !truncates, b != 0, !remainder.isNotANumber else { return remainder }
    if remainder == 0 { return b < 0 ? T.negating(0) : 0 }
    return (remainder < 0) == (b < 0) ? remainder : T.adding(remainder, b)
  }
}
