import CNNGraphs
import CNNTensors

/// `gamma · x` above zero, `gamma · alpha · (exp(x) - 1)` below. Version 1 had coarser defaults.
public struct Selu: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Selu", versions: [1, 6, 22], inputs: 1...1)

  /// Scale of the negative side.
  public let alpha: Float
  /// Scale of everything.
  public let gamma: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    let standard = node.version < 6 ? Selu(alpha: 1.6732, gamma: 1.0507) : Selu()
    alpha = try node.float("alpha", default: standard.alpha)
    gamma = try node.float("gamma", default: standard.gamma)
  }

  /// Makes the operator with these settings.
  public init(alpha: Float = 1.67326319217681884765625, gamma: Float = 1.05070102214813232421875) {
    (self.alpha, self.gamma) = (alpha, gamma)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    let standard = node.version < 6 ? Selu(alpha: 1.6732, gamma: 1.0507) : Selu()
    node.set("alpha", alpha, unless: standard.alpha)
    node.set("gamma", gamma, unless: standard.gamma)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T(gamma) * (x > 0 ? x : T(alpha) * T.expMinusOne(x)) }
}
