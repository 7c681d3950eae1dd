import CNNGraphs
import CNNTensors

/// The largest element of each channel; NaN wins.
public struct GlobalMaxPooling: GlobalPoolingOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GlobalMaxPool", versions: [1, 22], inputs: 1...1)

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {}
  /// Makes the operator.
  public init() {}

  package func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T {
    var best = -T.infinity
    for value in channel where value > best || value.isNaN { best = value }
    return best
  }
}
