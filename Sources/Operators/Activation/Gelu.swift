import CNNGraphs
import CNNTensors

/// `x / 2 · (1 + erf(x / √2))`, or its approximation by the hyperbolic tangent (Hendrycks and Gimpel, "Gaussian Error
/// Linear Units", section 2).
public struct Gelu: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Gelu", versions: [20], inputs: 1...1)

  /// How the Gaussian's integral is computed.
  public enum Approximation: String, Sendable { case none, tanh }

  /// Exact or approximate.
  public let approximation: Approximation

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { approximation = try node.choice("approximate", default: .none) }

  /// Makes the operator with these settings.
  public init(approximation: Approximation = .none) { self.approximation = approximation }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("approximate", approximation.rawValue, unless: Approximation.none.rawValue)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T {
    switch approximation {
    case .none: return x * 0.5 * (1 + T.erf(x * T(0.5).squareRoot()))
    case .tanh:
      let slope = T(0.7978845608028654)  // √(2 / π)
      return x * 0.5 * (1 + T.tanh(slope * (x + 0.044715 * x * x * x)))
    }
  }
}
