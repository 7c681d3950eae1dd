import CNNGraphs
import CNNTensors

/// The largest element of each channel; NaN wins.
package struct GlobalMaxPooling: GlobalPoolingOperator {
  package static let signature = OperatorSignature("GlobalMaxPool", versions: [1, 22], inputs: 1...1)

  package init(from node: inout NodeReader) throws {}
  package init() {}

  package func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T {
    var best = -T.infinity
    for value in channel where value > best || value.isNaN { best = value }
    return best
  }
}
