import CNNGraphs
import CNNTensors
import RealModule

/// `a / (1 + exp(-alpha · a)) · b` for two tensors of one shape. Shazeer, "GLU variants improve Transformer".
public struct SwiGLU: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SwiGLU", versions: [28], inputs: 2...2)

  /// The factor alpha.
  public var alpha: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { alpha = try node.float("alpha", default: 1) }
  /// Makes the operator with these settings.
  public init(alpha: Float = 1) { self.alpha = alpha }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("alpha", alpha, unless: 1) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if context.type(0).merged(with: context.type(1)) == nil {
      throw OperatorError.invalid("a is \(context.type(0)), b is \(context.type(1))")
    }
    return [InferredValue(context.type(0).merged(with: context.type(1)) ?? context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = (try context.tensor(0), try context.tensor(1))
    guard a.shape == b.shape, a.elementType == b.elementType else {
      throw OperatorError.invalid("a is \(TensorType(of: a)), b is \(TensorType(of: b))")
    }
    switch a.elementType.numericKind {
    case .float: return [.tensor(try gate(a, b, Float.self))]
    case .double: return [.tensor(try gate(a, b, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: a.elementType)
    }
  }

  private func gate<T: FloatingScalar>(_ a: Tensor, _ b: Tensor, _: T.Type) throws -> Tensor {
    try a.withValues(as: T.self) { gates in
      try b.withValues(as: T.self) { values in
        try Tensor(a.elementType, shape: a.shape) { (target: UnsafeMutableBufferPointer<T>) in
          for i in 0..<target.count { target[i] = gates[i] / (1 + T.exp(-T(alpha) * gates[i])) * values[i] }
        }
      }
    }
  }
}
