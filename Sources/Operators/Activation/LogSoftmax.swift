import CNNGraphs
import CNNTensors

/// The logarithm of the softmax along an axis: `x - log(Σ exp(x))`.
package struct LogSoftmax: AxisActivation {
  package static let signature = OperatorSignature("LogSoftmax", versions: [1, 11, 13], inputs: 1...1)

  package let axis: Int
  package let flattens: Bool

  package init(axis: Int = -1, flattens: Bool = false) { (self.axis, self.flattens) = (axis, flattens) }

  @inline(__always)
  package func apply<T: FloatingScalar>(
    _ source: UnsafePointer<T>, _ target: UnsafeMutablePointer<T>, count: Int, inner: Int
  ) {
    var maxima = [T](repeating: 0, count: inner)
    lineMaxima(source, count: count, inner: inner, &maxima)
    var sums = [Double](repeating: 0, count: inner)
    for i in 0..<count {
      for j in 0..<inner { sums[j] += Double(T.exp(source[i * inner + j] - maxima[j])) }
    }
    for j in 0..<inner { sums[j] = Double.log(sums[j]) }
    for i in 0..<count {
      for j in 0..<inner { target[i * inner + j] = source[i * inner + j] - maxima[j] - T(sums[j]) }
    }
  }
}
