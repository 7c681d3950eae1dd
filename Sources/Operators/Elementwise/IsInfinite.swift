import CNNGraphs
import CNNTensors

/// True where the input is infinite, of a sign that is asked for.
public struct IsInfinite: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("IsInf", versions: [10, 20], inputs: 1...1)

  /// True if minus infinity counts.
  public let detectsNegative: Bool
  /// True if plus infinity counts.
  public let detectsPositive: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    detectsNegative = try node.flag("detect_negative", default: true)
    detectsPositive = try node.flag("detect_positive", default: true)
  }

  /// Makes the operator with these settings.
  public init(detectsNegative: Bool = true, detectsPositive: Bool = true) {
    (self.detectsNegative, self.detectsPositive) = (detectsNegative, detectsPositive)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("detect_negative", detectsNegative, unless: true)
    node.set("detect_positive", detectsPositive, unless: true)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.bool, context.shape(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.isFloatingPoint else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    let result = try x.testValues(as: Double.self) {
      $0.isInfinite && ($0 < 0 ? detectsNegative : detectsPositive)
    }
    return [.tensor(result)]
  }
}
