import CNNGraphs
import CNNTensors

/// The sum over axes; 0 over none.
package struct ReduceSum: FoldingReduction {
  package static let signature = OperatorSignature("ReduceSum", versions: [1, 11, 13], inputs: 1...2)
  package static var axesInputVersion: Int { 13 }

  package let settings: ReductionSettings

  package init(settings: ReductionSettings) { self.settings = settings }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, x) }
}
