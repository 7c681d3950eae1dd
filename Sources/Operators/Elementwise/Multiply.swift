import CNNGraphs
import CNNTensors

/// `a · b`, broadcast; integers wrap around.
public struct Multiply: NumericBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Mul", versions: [1, 6, 7, 13, 14], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.multiplying(a, b) }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension? {
    a == 0 || b == 0 ? 0 : a == 1 ? b : b == 1 ? a : nil
  }
}

extension Multiply: ErrorPropagation {
  /// `e_a · |b| + |a| · e_b`.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    try context.sums(
      context.results(of: self, reading: [try context.error(0), try context.magnitude(1)]),
      context.results(of: self, reading: [try context.magnitude(0), try context.error(1)]))
  }
}
