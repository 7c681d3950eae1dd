import CNNGraphs
import CNNTensors

/// The greatest of one or more broadcast tensors; NaN if any is.
public struct Maximum: VariadicOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Max", versions: [1, 6, 8, 12, 13], inputs: 1...OperatorSignature.any)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { b > a || b.isNotANumber ? b : a }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension {
    switch (a, b) {
    case (.fixed(let m), .fixed(let n)): .fixed(max(m, n))
    // An extent is never negative.
    case (.symbol, .fixed(...0)): a
    case (.fixed(...0), .symbol): b
    default: a == b ? a : .unknown
    }
  }
}
