import CNNGraphs
import CNNTensors

/// The mean over axes; NaN over none, for integers 0.
package struct ReduceMean: FoldingReduction {
  package static let signature = OperatorSignature("ReduceMean", versions: [1, 11, 13, 18], inputs: 1...2)

  package let settings: ReductionSettings

  package init(settings: ReductionSettings) { self.settings = settings }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, x) }

  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ result: T, count: Int) -> T {
    T.dividing(result, T(wrapping: Int64(count)))
  }
}
