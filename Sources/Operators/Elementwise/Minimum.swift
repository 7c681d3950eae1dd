import CNNGraphs
import CNNTensors

/// The least of one or more broadcast tensors; NaN if any is.
public struct Minimum: VariadicOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Min", versions: [1, 6, 8, 12, 13], inputs: 1...OperatorSignature.any)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { b < a || b.isNotANumber ? b : a }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension {
    switch (a, b) {
    case (.fixed(let m), .fixed(let n)): .fixed(min(m, n))
    // An extent is never negative.
    case (.symbol, .fixed(...0)): b
    case (.fixed(...0), .symbol): a
    // What slices write for "to the end" is beyond every extent.
    case (.symbol, .fixed(Int(Int32.max)...)): a
    case (.fixed(Int(Int32.max)...), .symbol): b
    default: a == b ? a : .unknown
    }
  }
}
