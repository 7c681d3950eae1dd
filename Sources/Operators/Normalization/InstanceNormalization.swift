import CNNGraphs
import CNNTensors

/// `(x - mean) / √(variance + epsilon) · scale + bias`, mean and variance being those of each channel of each element of
/// the batch `[N, C, D…]`. Inputs: x, scale `[C]`, bias `[C]`.
public struct InstanceNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("InstanceNormalization", versions: [1, 6, 22], inputs: 3...3)

  /// Added to the variance.
  public var epsilon: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    epsilon = try node.float("epsilon", default: 1e-5)
    node.ignore("consumed_inputs")
  }

  /// Makes the operator with these settings.
  public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("epsilon", epsilon, unless: 1e-5) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 2)
    for index in 1...2 { try context.require(index, count: context.shape(0)?[1] ?? .unknown) }
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale, bias) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    return [.tensor(try x.normalizingGroups(of: 1, scale: scale, bias: bias, sharedBy: 1, epsilon: epsilon))]
  }
}

extension Tensor {
  /// Normalises groups of `channels` channels of `[N, C, D…]`, and then scales and shifts channels, or what
  /// `sharedBy` of them share.
  package func normalizingGroups(
    of channels: Int, scale: Tensor, bias: Tensor, sharedBy shared: Int, epsilon: Float
  ) throws -> Tensor {
    for (index, tensor) in [scale, bias].enumerated() where tensor.count != shape[1] / shared {
      throw OperatorError.invalid("input \(index + 1) of shape \(tensor.shape) for an input of shape \(shape)")
    }
    switch elementType.numericKind {
    case .float: return try normalizingGroups(channels, scale, bias, shared, epsilon, Float.self)
    case .double: return try normalizingGroups(channels, scale, bias, shared, epsilon, Double.self)
    default: throw OperatorError.elementType(input: 0, found: elementType)
    }
  }

  private func normalizingGroups<T: FloatingScalar>(
    _ channels: Int, _ scale: Tensor, _ bias: Tensor, _ shared: Int, _ epsilon: Float, _: T.Type
  ) throws -> Tensor {
    let (scales, shifts) = (try scale.values(as: Double.self), try bias.values(as: Double.self))
    let width = shape[2...].reduce(1, *)
    return try withValues(as: T.self) { source in
      try Tensor(elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard !target.isEmpty else { return }
        for group in 0..<shape[0] * shape[1] / channels {
          let start = group * channels * width
          let (mean, variance) = UnsafeBufferPointer(rebasing: source[start..<start + channels * width]).moments()
          let inverse = 1 / (variance + Double(epsilon)).squareRoot()
          for channel in group * channels..<(group + 1) * channels {
            let index = channel % shape[1] / shared
            let (center, factor, shift) = (T(mean), T(inverse * scales[index]), T(shifts[index]))
            for i in channel * width..<(channel + 1) * width { target[i] = (source[i] - center) * factor + shift }
          }
        }
      }
    }
  }
}
