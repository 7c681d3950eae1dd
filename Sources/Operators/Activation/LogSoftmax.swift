import CNNGraphs
import CNNTensors

/// The logarithm of the softmax along an axis: `x - log(Σ exp(x))`.
public struct LogSoftmax: AxisActivation {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LogSoftmax", versions: [1, 11, 13], inputs: 1...1)

  /// The axis it works along.
  public let axis: Int
  /// True if all axes from the one on are taken together, as before version 13.
  public let flattens: Bool

  /// Makes the operator with these settings.
  public init(axis: Int = -1, flattens: Bool = false) { (self.axis, self.flattens) = (axis, flattens) }

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
