import CNNGraphs
import CNNTensors

/// 1 at the first greatest element along an axis, 0 elsewhere.
public struct Hardmax: AxisActivation {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Hardmax", versions: [1, 11, 13], inputs: 1...1)

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
