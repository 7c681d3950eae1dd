import CNNGraphs
import CNNTensors
import RealModule

/// The p-norm of each window of `[N, C, D…]`: `(Σ |x|^p)^(1/p)`; padding is zero.
public struct LpPooling: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LpPool", versions: [1, 2, 11, 18, 22], inputs: 1...1)
  private static let features = SpatialWindow.Features(dilations: 18, ceilMode: 18, requiresKernel: true)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// The norm's exponent; version 1 alone has fractions.
  public var p: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node, Self.features)
    p = try node.normExponent()
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow, p: Float = 2) { (self.window, self.p) = (window, p) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node, Self.features)
    try node.setNormExponent(p)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(context.elementType(0), try PoolingGeometry.infer(context.shape(0), window: window))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let geometry = try PoolingGeometry(input: x.shape, window: window)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try pool(x, geometry, Float.self))]
    case .double: return [.tensor(try pool(x, geometry, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func pool<T: FloatingScalar>(_ x: Tensor, _ geometry: PoolingGeometry, _: T.Type) throws -> Tensor {
    let norm = PowerNorm<T>(p)
    let powers = try x.converted(to: T.elementType).mapValues(as: T.self) { norm.power($0) }
    return try powers.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<T>) in
        guard let start = target.baseAddress, !target.isEmpty else { return }
        for plane in 0..<geometry.planes {
          try geometry.fold(
            source.start + plane * geometry.inputPlane, into: start + plane * geometry.outputPlane, from: 0
          ) { $0 + $1 }
        }
        for i in 0..<target.count { target[i] = norm.root(target[i]) }
      }
    }
  }
}

extension NodeReader {
  /// The attribute `p` of a pooling by norm: a number in version 1, an integer since.
  package mutating func normExponent() throws -> Float {
    let p = try version < 2 ? float("p", default: 2) : Float(int("p", default: 2))
    guard p > 0, p.isFinite else { throw OperatorError.attribute("p", "\(p) is no norm") }
    return p
  }
}

extension NodeWriter {
  /// Writes the attribute `p` of a pooling by norm.
  package mutating func setNormExponent(_ p: Float) throws {
    if version < 2 {
      set("p", p)
    } else {
      guard let exponent = Int(exactly: p) else {
        throw OperatorError.unsupported("a norm of exponent \(p) needs operator set 1")
      }
      set("p", exponent)
    }
  }
}
