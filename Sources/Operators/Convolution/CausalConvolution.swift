import CNNGraphs
import CNNTensors
import RealModule

/// A depthwise convolution of `[N, C, L]` that looks only back, continuing what an earlier call left: its last `K - 1`
/// elements come first, or zeros. Weights are `[C, 1, K]`; the bias `[C]` and the state `[N, C, K - 1]` may be left out.
/// Outputs: the result, `x · sigmoid(x)` of it if asked for, and the state for the next call.
public struct CausalConvolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("CausalConvWithState", versions: [27], inputs: 2...4, outputs: 2...2)

  /// What follows the convolution; `silu` and `swish` are the same.
  public enum Activation: String, Sendable { case none, silu, swish }

  /// The activation.
  public var activation: Activation

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { activation = try node.choice("activation", default: .none) }
  /// Makes the operator with these settings.
  public init(activation: Activation = .none) { self.activation = activation }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("activation", activation.rawValue, unless: "none") }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let (x, weights) = (context.shape(0), context.shape(1))
    for (index, shape) in [x, weights].enumerated() {
      if let shape, shape.count != 3 { throw OperatorError.rank(input: index, expected: "3", found: shape.count) }
    }
    let channels = x?[1] ?? .unknown
    try context.require(1, shape: [channels, 1, .unknown])
    try context.require(2, shape: [channels])
    if let last = weights?[2].value, last < 1 { throw OperatorError.invalid("weights of no elements") }
    let kept = weights?[2].value.flatMap { $0 >= 1 ? Dimension.fixed($0 - 1) : nil } ?? .unknown
    try context.require(3, shape: [x?[0] ?? .unknown, channels, kept])
    return [InferredValue(context.type(0)), .tensor(context.elementType(0), x.map { [$0[0], $0[1], kept] })]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 1, let output = outputs.first else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[1], output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights) = (try context.tensor(0), try context.tensor(1))
    for (index, tensor) in [x, weights].enumerated() where tensor.rank != 3 {
      throw OperatorError.rank(input: index, expected: "3", found: tensor.rank)
    }
    let (channels, kept) = (x.shape[1], weights.shape[2] - 1)
    guard kept >= 0, weights.shape == [channels, 1, kept + 1] else {
      throw OperatorError.invalid("weights of shape \(weights.shape) for \(channels) channels")
    }
    let state = [x.shape[0], channels, kept]
    let past =
      try context.optionalTensor(3)
      ?? Tensor(x.elementType, shape: state) {
        $0.initializeMemory(as: UInt8.self, repeating: 0)
      }
    guard past.shape == state else { throw OperatorError.invalid("a state of shape \(past.shape), \(state) expected") }
    let joined = try Tensor.concatenating([past, x], axis: 2)
    var inputs: [RuntimeValue?] = [.tensor(joined), .tensor(weights)]
    if let bias = try context.optionalTensor(2) { inputs.append(.tensor(bias)) }
    let convolution = Convolution(groups: max(channels, 1))
    guard var result = x.count == 0 ? x : try convolution.evaluate(EvaluationContext(inputs: inputs)).first?.tensor
    else {
      throw OperatorError.invalid("no result")
    }
    if activation != .none { result = try result.mapValues(as: Float.self) { $0 / (1 + Float.exp(-$0)) } }
    let total = joined.shape[2]
    let next = try joined.strided(
      shape: state, strides: [channels * total, total, 1], start: state.contains(0) ? 0 : total - kept)
    return [.tensor(result), .tensor(next)]
  }
}
