import CNNGraphs
import CNNTensors

/// A plain recurrent network (Elman): `h = f(W x + R h + Wb + Rb)`, f being Tanh if not given.
///
/// Inputs: x `[sequence, batch, input]`, W `[directions, hidden, input]`, R `[directions, hidden, hidden]`, and, each of which
/// may be left out, the biases `[directions, 2 · hidden]`, the lengths of the sequences `[batch]` and the first hidden state
/// `[directions, batch, hidden]`. Outputs: all hidden states `[sequence, directions, batch, hidden]`, and the last ones.
public struct RecurrentNetwork: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RNN", versions: [1, 7, 14, 22], inputs: 3...6, outputs: 0...2)

  /// Direction, sizes and activations.
  public var settings: RecurrentSettings

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    settings = try RecurrentSettings(from: &node, functions: [.tanh])
  }

  /// A layer with the operator's usual activations.
  /// - Parameters:
  ///   - direction: which way the sequence is read.
  ///   - hiddenSize: the size of the hidden state; the weights' if it is `nil`.
  ///   - clip: a bound on what goes into an activation; none if it is `nil`.
  ///   - isBatchFirst: true for x `[batch, sequence, input]` and results `[batch, sequence, directions, hidden]`.
  public init(
    _ direction: RecurrentSettings.Direction = .forward, hiddenSize: Int? = nil, clip: Float? = nil,
    isBatchFirst: Bool = false
  ) {
    settings = RecurrentSettings(
      direction, hiddenSize: hiddenSize, clip: clip, isBatchFirst: isBatchFirst, functions: [.tanh])
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try settings.write(to: &node) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try settings.check(context, gates: 1, hasCell: false)
    let (all, last) = settings.infer(context)
    return [.tensor(context.elementType(0), all), .tensor(context.elementType(0), last)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let recurrence = try Recurrence(context, settings: settings, gates: 1, hasCell: false)
    switch recurrence.x.elementType.numericKind {
    case .float: return try run(recurrence, Float.self)
    case .double: return try run(recurrence, Double.self)
    default: throw OperatorError.elementType(input: 0, found: recurrence.x.elementType)
    }
  }

  private func run<T: BLASScalar>(_ recurrence: Recurrence, _: T.Type) throws -> [RuntimeValue] {
    let hidden = recurrence.hidden
    let bias = try recurrence.bias?.values(as: T.self)
    let results = try recurrence.run(T.self) { direction, weights in
      Cell<T>(
        hidden: hidden, weights: weights, activation: settings.activations[direction],
        clip: settings.clip.map { T($0) },
        bias: bias.map { Array($0[(direction * 2 + 1) * hidden..<(direction * 2 + 2) * hidden]) })
    }
    return try recurrence.arranged(Array(results[..<2]))
  }

  private struct Cell<Scalar: BLASScalar>: RecurrentCell {
    let hidden: Int
    let weights: UnsafePointer<Scalar>
    let activation: RecurrentActivation
    let clip: Scalar?
    let bias: [Scalar]?

    func step(
      gates: UnsafeMutablePointer<Scalar>, hidden state: UnsafeMutablePointer<Scalar>,
      cell: UnsafeMutablePointer<Scalar>
    ) throws {
      try add(weights, state, rows: hidden, columns: hidden, to: gates)
      for i in 0..<hidden { state[i] = activation(clipped(gates[i] + (bias?[i] ?? 0), clip)) }
    }
  }
}
