import CNNGraphs
import CNNTensors

/// `x · max(0, min(1, x / 6 + 1 / 2))`.
package struct HardSwish: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("HardSwish", versions: [14, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.clamped(x / 6 + 0.5, 0, 1) }
}
