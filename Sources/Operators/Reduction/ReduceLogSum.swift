import CNNGraphs
import CNNTensors
import RealModule

/// The logarithm of the sum over axes; minus infinity over none.
public struct ReduceLogSum: FoldingReduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReduceLogSum", versions: [1, 11, 13, 18, 28], inputs: 1...2)

  /// The settings.
  public let settings: ReductionSettings

  /// Makes the operator with these settings.
  public init(settings: ReductionSettings) { self.settings = settings }

  /// A reduction over the axes of the second input, or over all.
  /// - Parameter keepsAxes: true if reduced axes stay with extent 1.
  public init(keepsAxes: Bool = true) { settings = ReductionSettings(keepsAxes: keepsAxes) }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.adding(result, x) }

  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ result: T, count: Int) -> T { T(wrapping: Double.log(result.asDouble)) }
}
