import CNNGraphs
import CNNTensors

/// A gated recurrent unit: `z = f(Wz x + Rz h + bz)`, `r = f(Wr x + Rr h + br)`, `n = g(Wh x + Rh (r · h) + bh)`, or with
/// `appliesResetLast` `n = g(Wh x + r · (Rh h + Rbh) + Wbh)`, and `h = (1 - z) n + z h`. f is Sigmoid and g
/// Tanh if not given. Cho et al., "Learning phrase representations using RNN encoder-decoder".
///
/// Inputs: x `[sequence, batch, input]`, W `[directions, 3 · hidden, input]` (gates z, r, h), R `[directions, 3 · hidden,
/// hidden]`, and, each of which may be left out, the biases of W and R `[directions, 6 · hidden]`, the lengths of the
/// sequences `[batch]` and the first hidden state `[directions, batch, hidden]`. Outputs: all hidden states `[sequence,
/// directions, batch, hidden]`, and the last ones.
public struct GatedRecurrentUnit: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GRU", versions: [1, 3, 7, 14, 22], inputs: 3...6, outputs: 0...2)
  private static let functions: [RecurrentActivation.Function] = [.sigmoid, .tanh]

  /// Direction, sizes and activations.
  public var settings: RecurrentSettings
  /// True if the reset gate acts behind the product with the state.
  public var appliesResetLast: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    settings = try RecurrentSettings(from: &node, functions: Self.functions)
    appliesResetLast = try node.version >= 3 && node.flag("linear_before_reset")
  }

  /// A layer with the operator's usual activations.
  /// - Parameters:
  ///   - direction: which way the sequence is read.
  ///   - hiddenSize: the size of the hidden state; the weights' if it is `nil`.
  ///   - clip: a bound on what goes into an activation; none if it is `nil`.
  ///   - isBatchFirst: true for x `[batch, sequence, input]` and results `[batch, sequence, directions, hidden]`.
  ///   - appliesResetLast: true if the reset gate acts behind the product with the state, as PyTorch's does.
  public init(
    _ direction: RecurrentSettings.Direction = .forward, hiddenSize: Int? = nil, clip: Float? = nil,
    isBatchFirst: Bool = false, appliesResetLast: Bool = false
  ) {
    settings = RecurrentSettings(
      direction, hiddenSize: hiddenSize, clip: clip, isBatchFirst: isBatchFirst, functions: Self.functions)
    self.appliesResetLast = appliesResetLast
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try settings.write(to: &node)
    if appliesResetLast {
      try node.require(version: 3, for: "linear_before_reset")
      node.set("linear_before_reset", true)
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try settings.check(context, gates: 3, hasCell: false)
    let (all, last) = settings.infer(context)
    return [.tensor(context.elementType(0), all), .tensor(context.elementType(0), last)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let recurrence = try Recurrence(context, settings: settings, gates: 3, hasCell: false)
    switch recurrence.x.elementType.numericKind {
    case .float: return try run(recurrence, Float.self)
    case .double: return try run(recurrence, Double.self)
    default: throw OperatorError.elementType(input: 0, found: recurrence.x.elementType)
    }
  }

  private func run<T: BLASScalar>(_ recurrence: Recurrence, _: T.Type) throws -> [RuntimeValue] {
    let hidden = recurrence.hidden
    let bias = try recurrence.bias?.values(as: T.self)
    let results = try withScratch(T.self, count: hidden) { scratch in
      try recurrence.run(T.self) { direction, weights in
        Cell<T>(
          hidden: hidden, weights: weights,
          functions: Array(settings.activations[(direction * 2)..<(direction * 2 + 2)]),
          clip: settings.clip.map { T($0) }, appliesResetLast: appliesResetLast,
          bias: bias.map { Array($0[(direction * 6 + 3) * hidden..<(direction * 6 + 6) * hidden]) }, scratch: scratch)
      }
    }
    return try recurrence.arranged(Array(results[..<2]))
  }

  private struct Cell<Scalar: BLASScalar>: RecurrentCell {
    let hidden: Int
    let weights: UnsafePointer<Scalar>
    let functions: [RecurrentActivation]
    let clip: Scalar?
    let appliesResetLast: Bool
    let bias: [Scalar]?
    let scratch: UnsafeMutablePointer<Scalar>

    func step(
      gates: UnsafeMutablePointer<Scalar>, hidden state: UnsafeMutablePointer<Scalar>,
      cell: UnsafeMutablePointer<Scalar>
    ) throws {
      let (update, reset, candidate) = (gates, gates + hidden, gates + 2 * hidden)
      try add(weights, state, rows: 2 * hidden, columns: hidden, to: gates)
      for i in 0..<2 * hidden { gates[i] = functions[0](clipped(gates[i] + (bias?[i] ?? 0), clip)) }
      let last = weights + 2 * hidden * hidden
      if appliesResetLast {
        for i in 0..<hidden { scratch[i] = bias?[2 * hidden + i] ?? 0 }
        try add(last, state, rows: hidden, columns: hidden, to: scratch)
        for i in 0..<hidden { candidate[i] += reset[i] * scratch[i] }
      } else {
        for i in 0..<hidden { scratch[i] = reset[i] * state[i] }
        try add(last, scratch, rows: hidden, columns: hidden, to: candidate)
        for i in 0..<hidden { candidate[i] += bias?[2 * hidden + i] ?? 0 }
      }
      for i in 0..<hidden {
        let new = functions[1](clipped(candidate[i], clip))
        state[i] = (1 - update[i]) * new + update[i] * state[i]
      }
    }
  }
}
