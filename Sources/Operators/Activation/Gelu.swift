import CNNGraphs
import CNNTensors

/// `x / 2 · (1 + erf(x / √2))`, or its approximation by the hyperbolic tangent (Hendrycks and Gimpel, "Gaussian Error
/// Linear Units", section 2).
package struct Gelu: FloatingUnaryOperator {
  package static let signature = OperatorSignature("Gelu", versions: [20], inputs: 1...1)

  /// How the Gaussian's integral is computed.
  package enum Approximation: String, Sendable { case none, tanh }

  /// Exact or approximate.
  package let approximation: Approximation

  package init(from node: inout NodeReader) throws { approximation = try node.choice("approximate", default: .none) }

  package init(approximation: Approximation = .none) { self.approximation = approximation }

  package func write(to node: inout NodeWriter) throws {
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
