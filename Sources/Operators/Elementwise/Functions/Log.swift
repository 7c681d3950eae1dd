import CNNGraphs
import CNNTensors

/// The natural logarithm; NaN below zero.
package struct Log: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Log", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.log(x) }
}
