import CNNGraphs
import CNNTensors
import RealModule

/// `x / (bias + alpha / size · Σ x²)^beta`, the sum running over `size` neighbouring channels of `[N, C, D…]`: from
/// `(size - 1) / 2` below, rounded down, to as many above, rounded up. Krizhevsky et al., "ImageNet classification with
/// deep convolutional neural networks", section 3.3.
public struct LocalResponseNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LRN", versions: [1, 13], inputs: 1...1)

  /// Number of channels that are summed up.
  public var size: Int
  /// The factor alpha.
  public var alpha: Float
  /// The factor beta.
  public var beta: Float
  /// What is added.
  public var bias: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    size = try node.require("size", node.int("size"))
    alpha = try node.float("alpha", default: 0.0001)
    beta = try node.float("beta", default: 0.75)
    bias = try node.float("bias", default: 1)
    guard size >= 1, size <= Int(Int32.max) else { throw OperatorError.attribute("size", "\(size)") }
  }

  /// Makes the operator with these settings.
  public init(size: Int, alpha: Float = 0.0001, beta: Float = 0.75, bias: Float = 1) {
    (self.size, self.alpha, self.beta, self.bias) = (size, alpha, beta, bias)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("size", size)
    node.set("alpha", alpha, unless: 0.0001)
    node.set("beta", beta, unless: 0.75)
    node.set("bias", bias, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 2)
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(x, Float.self))]
    case .double: return [.tensor(try run(x, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: FloatingScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    let channels = x.shape[1]
    let width = x.shape[2...].reduce(1, *)
    let (below, above) = ((size - 1) / 2, size / 2)
    let (offset, factor, exponent) = (T(bias), T(alpha) / T(size), T(beta))
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard !target.isEmpty else { return }
        let budget = WorkBudget.current
        for image in 0..<x.shape[0] {
          for channel in 0..<channels {
            try budget.charge(width, times: (min(size, channels) + 5) * WorkBudget.Cost.step)
            let start = (image * channels + channel) * width
            for i in start..<start + width { target[i] = 0 }
            for other in max(0, channel - below)..<min(channels, channel + above + 1) {
              let shift = (other - channel) * width
              for i in start..<start + width { target[i] += source[i + shift] * source[i + shift] }
            }
            for i in start..<start + width {
              let base = offset + factor * target[i]
              // x^0.75 is what networks use, and two square roots are much cheaper than a power.
              let power = exponent == 0.75 ? T.sqrt(base) * T.sqrt(T.sqrt(base)) : T.pow(base, exponent)
              target[i] = source[i] / power
            }
          }
        }
      }
    }
  }
}
