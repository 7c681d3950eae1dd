import CNNGraphs
import CNNTensors

/// The sum of squares over axes.
package struct ReduceSumSquare: FoldingReduction {
  package static let signature = OperatorSignature("ReduceSumSquare", versions: [1, 11, 13, 18], inputs: 1...2)

  package let settings: ReductionSettings

  package init(settings: ReductionSettings) { self.settings = settings }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, T.multiplying(x, x)) }
}
