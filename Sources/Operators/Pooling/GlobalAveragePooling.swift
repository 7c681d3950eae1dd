import CNNGraphs
import CNNTensors

/// The mean of each channel.
package struct GlobalAveragePooling: GlobalPoolingOperator, NonnegativeLinearOperator {
  package static let signature = OperatorSignature("GlobalAveragePool", versions: [1, 22], inputs: 1...1)

  package init(from node: inout NodeReader) throws {}
  package init() {}

  package func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T {
    T(channel.preciseSum() / Double(channel.count))
  }
}
