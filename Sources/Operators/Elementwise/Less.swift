import CNNGraphs
import CNNTensors

/// `a < b`, broadcast.
public struct Less: ComparisonOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Less", versions: [1, 7, 9, 13], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool { a < b }
}
