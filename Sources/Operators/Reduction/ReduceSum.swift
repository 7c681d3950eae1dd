import CNNGraphs
import CNNTensors

/// The sum over axes; 0 over none.
public struct ReduceSum: FoldingReduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReduceSum", versions: [1, 11, 13], inputs: 1...2)
  package static var axesInputVersion: Int { 13 }

  /// The settings.
  public let settings: ReductionSettings

  /// Makes the operator with these settings.
  public init(settings: ReductionSettings) { self.settings = settings }

  /// A reduction over the axes of the second input, or over all.
  /// - Parameter keepsAxes: true if reduced axes stay with extent 1.
  public init(keepsAxes: Bool = true) { settings = ReductionSettings(keepsAxes: keepsAxes) }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, x) }
}
