import CNNGraphs
import CNNTensors

/// `exp(x) / Σ exp(x)` along an axis, computed after the greatest element has been taken away from all.
public struct Softmax: AxisActivation {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Softmax", versions: [1, 11, 13], inputs: 1...1)

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
    guard inner > 1 else {
      var maximum = source[0]
      for i in 0..<count where source[i] > maximum || source[i].isNaN { maximum = source[i] }
      var sum = 0.0
      for i in 0..<count {
        let power = T.exp(source[i] - maximum)
        target[i] = power
        sum += Double(power)
      }
      let scale = T(1 / sum)
      for i in 0..<count { target[i] *= scale }
      return
    }
    var maxima = [T](repeating: 0, count: inner)
    lineMaxima(source, count: count, inner: inner, &maxima)
    var sums = [Double](repeating: 0, count: inner)
    for i in 0..<count {
      for j in 0..<inner {
        let power = T.exp(source[i * inner + j] - maxima[j])
        target[i * inner + j] = power
        sums[j] += Double(power)
      }
    }
    for i in 0..<count {
      for j in 0..<inner { target[i * inner + j] /= T(sums[j]) }
    }
  }
}
