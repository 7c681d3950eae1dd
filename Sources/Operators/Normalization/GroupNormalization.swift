import CNNGraphs
import CNNTensors

/// `(x - mean) / √(variance + epsilon) · scale + bias`, mean and variance being those of a group of neighbouring channels
/// of `[N, C, D…]`. Inputs: x, scale, bias, the last two `[C]`; before version 21 one number for each group.
public struct GroupNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GroupNormalization", versions: [18, 21], inputs: 3...3)

  /// Number of groups.
  public var groups: Int
  /// Added to the variance.
  public var epsilon: Float
  /// True for version 18's scale and bias, one number for each group.
  public var sharesParameters: Bool
  /// The type that mean and variance are to be computed in.
  package var stashType: StashType

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    groups = try node.require("num_groups", node.int("num_groups"))
    epsilon = try node.float("epsilon", default: 1e-5)
    sharesParameters = node.version < 21
    stashType = node.version < 21 ? .float32 : try StashType(from: &node)
    guard groups >= 1 else { throw OperatorError.attribute("num_groups", "\(groups)") }
  }

  /// Makes the operator with these settings.
  public init(groups: Int, epsilon: Float = 1e-5) {
    (self.groups, self.epsilon, sharesParameters, stashType) = (groups, epsilon, false, .float32)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard sharesParameters == (node.version < 21) else {
      throw OperatorError.unsupported(
        sharesParameters
          ? "one scale for each group needs an operator set below 21" : "a scale for each channel needs operator set 21"
      )
    }
    node.set("num_groups", groups)
    node.set("epsilon", epsilon, unless: 1e-5)
    if node.version >= 21 { stashType.write(to: &node) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 2)
    if case .fixed(let channels)? = context.shape(0)?[1] {
      try check(channels)
      let shared = sharesParameters ? max(channels / groups, 1) : 1
      for index in 1...2 { try context.require(index, count: .fixed(channels / shared)) }
    }
    return [InferredValue(context.type(0))]
  }

  private func check(_ channels: Int) throws {
    guard channels % groups == 0 else {
      throw OperatorError.invalid("\(channels) channels do not fall into \(groups) groups")
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale, bias) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    try check(x.shape[1])
    let channels = max(x.shape[1] / groups, 1)
    return [
      .tensor(
        try x.normalizingGroups(
          of: channels, scale: scale, bias: bias, sharedBy: sharesParameters ? channels : 1, epsilon: epsilon))
    ]
  }
}
