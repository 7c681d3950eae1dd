import CNNGraphs
import CNNTensors

/// The Euclidean norm over axes.
package struct ReduceL2: FoldingReduction {
  package static let signature = OperatorSignature("ReduceL2", versions: [1, 11, 13, 18], inputs: 1...2)

  package let settings: ReductionSettings

  package init(settings: ReductionSettings) { self.settings = settings }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, T.multiplying(x, x)) }

  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ result: T, count: Int) -> T { T(wrapping: result.asDouble.squareRoot()) }
}
