import CNNGraphs
import CNNTensors

/// The p-norm of each channel: `(Σ |x|^p)^(1/p)`.
public struct GlobalLpPooling: GlobalPoolingOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GlobalLpPool", versions: [1, 2, 22], inputs: 1...1)

  /// The norm's exponent; version 1 alone has fractions.
  public var p: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { p = try node.normExponent() }
  /// Makes the operator with these settings.
  public init(p: Float = 2) { self.p = p }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try node.setNormExponent(p) }

  package func pool<T: FloatingScalar>(_ channel: UnsafeBufferPointer<T>) -> T {
    let norm = PowerNorm<Double>(p)
    return T(norm.root(channel.reduce(into: 0.0) { $0 += norm.power(Double($1)) }))
  }
}
