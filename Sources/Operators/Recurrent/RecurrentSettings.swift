import CNNGraphs
import CNNTensors

/// What the attributes of all three recurrent operators say.
public struct RecurrentSettings: Sendable {
  /// Which way the sequence is read.
  public enum Direction: String, Sendable {
    /// From the first step to the last.
    case forward
    /// From the last step to the first.
    case reverse
    /// Both ways; each has weights and results of its own.
    case bidirectional
  }

  /// Which way the sequence is read.
  public var direction: Direction
  /// The size of the hidden state; the weights say it as well.
  public var hiddenSize: Int?
  /// Bound on what goes into an activation.
  public var clip: Float?
  /// The functions of one direction, and then those of the other.
  package var activations: [RecurrentActivation]
  /// True if the batch comes first: x `[batch, sequence, input]`, results `[batch, sequence, directions, hidden]`.
  public var isBatchFirst: Bool
  /// Names and numbers as they were given.
  private var stated: (names: [String]?, alphas: [Float]?, betas: [Float]?)

  /// Number of directions: 1 or 2.
  package var directions: Int { direction == .bidirectional ? 2 : 1 }

  /// - Parameter functions: the default activations of one direction.
  package init(from node: inout NodeReader, functions: [RecurrentActivation.Function]) throws {
    // Version 1 of GRU spells its own default wrongly.
    let text = try node.string("direction", default: "forward")
    guard let direction = Direction(rawValue: text == "foward" ? "forward" : text) else {
      throw OperatorError.attribute("direction", "\(text.quoted) is not known")
    }
    self.direction = direction
    hiddenSize = try node.int("hidden_size")
    clip = try node.float("clip")
    isBatchFirst = try node.version >= 14 && node.flag("layout")
    // Whether the first output is wanted is seen from the outputs.
    if node.version < 7 { _ = try node.int("output_sequence") }
    stated = (try node.strings("activations"), try node.floats("activation_alpha"), try node.floats("activation_beta"))
    let count = direction == .bidirectional ? 2 : 1
    activations = try RecurrentActivation.list(
      stated.names ?? Array(repeating: functions.map(\.rawValue), count: count).flatMap(\.self),
      alphas: stated.alphas ?? [], betas: stated.betas ?? [])
    // A list for one direction serves both.
    if count == 2, activations.count == functions.count { activations += activations }
    guard activations.count >= functions.count * count else {
      throw OperatorError.attribute(
        "activations", "\(functions.count * count) expected, \(activations.count) found")
    }
  }

  /// - Parameter functions: the activations of one direction.
  package init(
    _ direction: Direction, hiddenSize: Int?, clip: Float?, isBatchFirst: Bool,
    functions: [RecurrentActivation.Function]
  ) {
    (self.direction, self.hiddenSize, self.clip, self.isBatchFirst) = (direction, hiddenSize, clip, isBatchFirst)
    activations = (functions + (direction == .bidirectional ? functions : [])).map(RecurrentActivation.init)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("direction", direction.rawValue, unless: "forward")
    if let hiddenSize { node.set("hidden_size", hiddenSize) }
    if let clip { node.set("clip", clip) }
    node.set("activations", stated.names)
    node.set("activation_alpha", stated.alphas)
    node.set("activation_beta", stated.betas)
    if isBatchFirst { try node.require(version: 14, for: "layout") }
    if node.version >= 14 { node.set("layout", isBatchFirst, unless: false) }
    if node.version < 7 { node.set("output_sequence", 1) }
  }

  /// Asks for weights, biases and states that fit together.
  package func check(_ context: InferenceContext, gates: Int, hasCell: Bool) throws {
    for index in 0...2 { try context.require(index, rank: 3) }
    let x = context.shape(0) ?? [.unknown, .unknown, .unknown]
    let hidden = context.shape(2)?[2] ?? .unknown
    if let stated = hiddenSize, let found = hidden.value, stated != found {
      throw OperatorError.attribute("hidden_size", "\(stated) stated, but the weights have \(found)")
    }
    let count = Dimension.fixed(directions)
    try context.require(1, shape: [count, hidden.times(.fixed(gates)), x[2]])
    try context.require(2, shape: [count, hidden.times(.fixed(gates)), hidden])
    try context.require(3, shape: [count, hidden.times(.fixed(2 * gates))])
    let batch = isBatchFirst ? x[0] : x[1]
    for index in hasCell ? 5...6 : 5...5 {
      try context.require(index, shape: isBatchFirst ? [batch, count, hidden] : [count, batch, hidden])
    }
    if context.elementCount(4) != 0 { try context.require(4, count: batch) }
    if hasCell { try context.require(7, shape: [count, hidden.times(3)]) }
  }

  /// The shapes of the sequence of hidden states and of the last one.
  package func infer(_ context: InferenceContext) -> (all: [Dimension], last: [Dimension]) {
    let x = context.shape(0).flatMap { $0.count == 3 ? $0 : nil } ?? [.unknown, .unknown, .unknown]
    let recurrent = context.shape(2).flatMap { $0.count == 3 ? $0[2] : nil }
    let hidden = recurrent.flatMap { $0 == .unknown ? nil : $0 } ?? hiddenSize.map(Dimension.fixed) ?? .unknown
    let count = Dimension.fixed(directions)
    return isBatchFirst
      ? ([x[0], x[1], count, hidden], [x[0], count, hidden]) : ([x[0], count, x[1], hidden], [count, x[1], hidden])
  }
}
