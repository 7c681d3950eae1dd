import CNNGraphs
import CNNTensors

/// `a - b`, broadcast; integers wrap around.
public struct Subtract: NumericBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Sub", versions: [1, 6, 7, 13, 14], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.subtracting(a, b) }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension? { b == 0 ? a : a == b && a != .unknown ? 0 : nil }
}

extension Subtract: ErrorPropagation {
  /// Errors add up.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    try context.results(of: Add(legacyAxis: legacyAxis), reading: [try context.error(0), try context.error(1)])
  }
}
