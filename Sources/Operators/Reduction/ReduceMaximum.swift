import CNNGraphs
import CNNTensors

/// The greatest element over axes, NaN where any is; the type's least value over none.
package struct ReduceMaximum: FoldingReduction {
  package static let signature = OperatorSignature("ReduceMax", versions: [1, 11, 12, 13, 18, 20], inputs: 1...2)

  package let settings: ReductionSettings
  package var needsPrecision: Bool { false }

  package init(settings: ReductionSettings) { self.settings = settings }

  @inline(__always)
  package func identity<T: ArithmeticScalar>(_ type: ElementType, as _: T.Type) -> T { type.bounds(as: T.self).low }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { x > result || x.isNotANumber ? x : result }
}
