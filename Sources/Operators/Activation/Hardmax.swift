import CNNGraphs
import CNNTensors

/// 1 at the first greatest element along an axis, 0 elsewhere.
package struct Hardmax: AxisActivation {
  package static let signature = OperatorSignature("Hardmax", versions: [1, 11, 13], inputs: 1...1)

  package let axis: Int
  package let flattens: Bool

  package init(axis: Int = -1, flattens: Bool = false) { (self.axis, self.flattens) = (axis, flattens) }

  @inline(__always)
  package func apply<T: FloatingScalar>(
    _ source: UnsafePointer<T>, _ target: UnsafeMutablePointer<T>, count: Int, inner: Int
  ) {
    for j in 0..<inner {
      var greatest = 0
      for i in 0..<count {
        let value = source[i * inner + j]
        if value > source[greatest * inner + j] || value.isNaN && !source[greatest * inner + j].isNaN { greatest = i }
        target[i * inner + j] = 0
      }
      target[greatest * inner + j] = 1
    }
  }
}
