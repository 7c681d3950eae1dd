import CNNGraphs
import CNNTensors

/// The sum of all elements up to each one along an axis. Inputs: data, axis (scalar).
package struct CumulativeSum: CumulativeOperator {
  package static let signature = OperatorSignature("CumSum", versions: [11, 14], inputs: 2...2)

  package let isExclusive: Bool
  package let isReversed: Bool

  package init(isExclusive: Bool = false, isReversed: Bool = false) {
    (self.isExclusive, self.isReversed) = (isExclusive, isReversed)
  }

  @inline(__always)
  package func start<T: ArithmeticScalar>(_: T.Type) -> T { 0 }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, x) }
}
