import CNNGraphs
import CNNTensors

/// The greatest element over axes, NaN if any is; the type's least value over none.
public struct ReduceMaximum: FoldingReduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReduceMax", versions: [1, 11, 12, 13, 18, 20], inputs: 1...2)

  /// The settings.
  public let settings: ReductionSettings
  package var needsPrecision: Bool { false }

  /// Makes the operator with these settings.
  public init(settings: ReductionSettings) { self.settings = settings }

  /// A reduction over the axes of the second input, or over all.
  /// - Parameter keepsAxes: true if reduced axes stay with extent 1.
  public init(keepsAxes: Bool = true) { settings = ReductionSettings(keepsAxes: keepsAxes) }

  @inline(__always)
  package func identity<T: ArithmeticScalar>(_ type: ElementType, as _: T.Type) -> T { type.bounds(as: T.self).low }

  @inline(__always)
  package func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T { x > result || x.isNotANumber ? x : result }
}
