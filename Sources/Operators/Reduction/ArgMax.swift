import CNNGraphs
import CNNTensors

/// The index of the greatest element along an axis, the first or the last one; NaN counts as the greatest.
public struct ArgMax: ArgumentReduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ArgMax", versions: [1, 11, 12, 13], inputs: 1...1)

  /// The axis it works along.
  public let axis: Int
  /// True if the axis stays with extent 1.
  public let keepsAxis: Bool
  /// True if the last of equal elements is taken.
  public let selectsLast: Bool

  /// Makes the operator with these settings.
  public init(axis: Int = 0, keepsAxis: Bool = true, selectsLast: Bool = false) {
    (self.axis, self.keepsAxis, self.selectsLast) = (axis, keepsAxis, selectsLast)
  }

  @inline(__always)
  package func precedes<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool { a > b }
}
