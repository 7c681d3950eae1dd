import CNNGraphs
import CNNTensors

/// The product over axes; 1 over none.
public struct ReduceProduct: FoldingReduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReduceProd", versions: [1, 11, 13, 18], inputs: 1...2)

  /// The settings.
  public let settings: ReductionSettings

  /// Makes the operator with these settings.
  public init(settings: ReductionSettings) { self.settings = settings }

  /// A reduction over the axes of the second input, or over all.
  /// - Parameter keepsAxes: true if reduced axes stay with extent 1.
  public init(keepsAxes: Bool = true) { settings = ReductionSettings(keepsAxes: keepsAxes) }

  @inline(__always)
  package func identity<T: ArithmeticScalar>(_ type: ElementType, as _: T.Type) -> T { 1 }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { T.multiplying(result, x) }
}
