import CNNGraphs
import CNNTensors

/// `a / b`, broadcast; integers are cut toward zero, and are 0 if the divisor is.
public struct Divide: NumericBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Div", versions: [1, 6, 7, 13, 14], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.dividing(a, b) }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension? { b == 1 ? a : nil }
}
