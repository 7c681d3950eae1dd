import CNNGraphs
import CNNTensors

/// The product of all elements up to each one along an axis. Inputs: data, axis (scalar).
public struct CumulativeProduct: CumulativeOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("CumProd", versions: [26], inputs: 2...2)

  /// True if an element does not count itself.
  public let isExclusive: Bool
  /// True if it goes from the end to the beginning.
  public let isReversed: Bool

  /// Makes the operator with these settings.
  public init(isExclusive: Bool = false, isReversed: Bool = false) {
    (self.isExclusive, self.isReversed) = (isExclusive, isReversed)
  }

  @inline(__always)
  package func start<T: ArithmeticScalar>(_: T.Type) -> T { 1 }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.multiplying(result, x) }
}
