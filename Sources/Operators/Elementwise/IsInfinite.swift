import CNNGraphs
import CNNTensors

/// True where the input is infinite, of a sign that is asked for.
package struct IsInfinite: Operator {
  package static let signature = OperatorSignature("IsInf", versions: [10, 20], inputs: 1...1)

  /// True where minus infinity counts.
  package let detectsNegative: Bool
  /// True where plus infinity counts.
  package let detectsPositive: Bool

  package init(from node: inout NodeReader) throws {
    detectsNegative = try node.flag("detect_negative", default: true)
    detectsPositive = try node.flag("detect_positive", default: true)
  }

  package init(detectsNegative: Bool = true, detectsPositive: Bool = true) {
    (self.detectsNegative, self.detectsPositive) = (detectsNegative, detectsPositive)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("detect_negative", detectsNegative, unless: true)
    node.set("detect_positive", detectsPositive, unless: true)
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.bool, context.shape(0))] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.isFloatingPoint else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    let result = try x.testValues(as: Double.self) {
      $0.isInfinite && ($0 < 0 ? detectsNegative : detectsPositive)
    }
    return [.tensor(result)]
  }
}
