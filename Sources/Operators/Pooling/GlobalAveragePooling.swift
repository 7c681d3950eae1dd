import CNNGraphs
import CNNTensors

/// The mean of each channel.
public struct GlobalAveragePooling: GlobalPoolingOperator, NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GlobalAveragePool", versions: [1, 22], inputs: 1...1)

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {}
  /// Makes the operator.
  public init() {}

  package func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T {
    T(channel.preciseSum() / Double(channel.count))
  }
}
