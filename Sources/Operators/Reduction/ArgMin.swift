import CNNGraphs
import CNNTensors

/// The index of the least element along an axis, the first or the last one; NaN counts as the least.
package struct ArgMin: ArgumentReduction {
  package static let signature = OperatorSignature("ArgMin", versions: [1, 11, 12, 13], inputs: 1...1)

  package let axis: Int
  package let keepsAxis: Bool
  package let selectsLast: Bool

  package init(axis: Int = 0, keepsAxis: Bool = true, selectsLast: Bool = false) {
    (self.axis, self.keepsAxis, self.selectsLast) = (axis, keepsAxis, selectsLast)
  }

  @inline(__always)
  package func precedes<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool { a < b }
}
