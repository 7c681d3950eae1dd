import CNNGraphs
import CNNTensors

/// `gamma · x` above zero, `gamma · alpha · (exp(x) - 1)` below. Version 1 had coarser defaults.
package struct Selu: FloatingUnaryOperator {
  package static let signature = OperatorSignature("Selu", versions: [1, 6, 22], inputs: 1...1)

  /// Scale of the negative side.
  package let alpha: Float
  /// Scale of everything.
  package let gamma: Float

  package init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    let standard = node.version < 6 ? Selu(alpha: 1.6732, gamma: 1.0507) : Selu()
    alpha = try node.float("alpha", default: standard.alpha)
    gamma = try node.float("gamma", default: standard.gamma)
  }

  package init(alpha: Float = 1.67326319217681884765625, gamma: Float = 1.05070102214813232421875) {
    (self.alpha, self.gamma) = (alpha, gamma)
  }

  package func write(to node: inout NodeWriter) throws {
    let standard = node.version < 6 ? Selu(alpha: 1.6732, gamma: 1.0507) : Selu()
    node.set("alpha", alpha, unless: standard.alpha)
    node.set("gamma", gamma, unless: standard.gamma)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T(gamma) * (x > 0 ? x : T(alpha) * T.expMinusOne(x)) }
}
