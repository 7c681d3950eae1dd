import CNNGraphs
import CNNTensors

/// Long short-term memory: `i, f = f(W x + R h + P · c + b)`, `n = g(W x + R h + b)`, `c = f c + i n`,
/// `o = f(W x + R h + P · c + b)`, `h = o · h(c)`. The functions f, g and h are Sigmoid, Tanh and Tanh if not
/// given; with `couplesGates` f is `1 - i`. Gers and Schmidhuber, "Recurrent nets that time and count".
///
/// Inputs: x `[sequence, batch, input]`, W `[directions, 4 · hidden, input]` (gates i, o, f, c), R `[directions, 4 · hidden,
/// hidden]`, and, each of which may be left out, the biases of W and R `[directions, 8 · hidden]`, the lengths of the
/// sequences `[batch]`, the first hidden and cell state `[directions, batch, hidden]` and the peepholes P `[directions,
/// 3 · hidden]` (gates i, o, f). Outputs: all hidden states `[sequence, directions, batch, hidden]`, the last ones, and the
/// last cell states.
public struct LongShortTermMemory: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LSTM", versions: [1, 7, 14, 22], inputs: 3...8, outputs: 0...3)
  private static let functions: [RecurrentActivation.Function] = [.sigmoid, .tanh, .tanh]

  /// Direction, sizes and activations.
  public var settings: RecurrentSettings
  /// True if the forget gate is what the input gate leaves.
  public var couplesGates: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    settings = try RecurrentSettings(from: &node, functions: Self.functions)
    couplesGates = try node.flag("input_forget")
  }

  /// A layer with the operator's usual activations.
  /// - Parameters:
  ///   - direction: which way the sequence is read.
  ///   - hiddenSize: the size of the hidden state; the weights' if it is `nil`.
  ///   - clip: a bound on what goes into an activation; none if it is `nil`.
  ///   - isBatchFirst: true for x `[batch, sequence, input]` and results `[batch, sequence, directions, hidden]`.
  ///   - couplesGates: true if the forget gate is what the input gate leaves.
  public init(
    _ direction: RecurrentSettings.Direction = .forward, hiddenSize: Int? = nil, clip: Float? = nil,
    isBatchFirst: Bool = false, couplesGates: Bool = false
  ) {
    settings = RecurrentSettings(
      direction, hiddenSize: hiddenSize, clip: clip, isBatchFirst: isBatchFirst, functions: Self.functions)
    self.couplesGates = couplesGates
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try settings.write(to: &node)
    node.set("input_forget", couplesGates, unless: false)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try settings.check(context, gates: 4, hasCell: true)
    let (all, last) = settings.infer(context)
    return [all, last, last].map { .tensor(context.elementType(0), $0) }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let recurrence = try Recurrence(context, settings: settings, gates: 4, hasCell: true)
    let peepholes = try context.optionalTensor(7)
    if let peepholes, peepholes.shape != [settings.directions, 3 * recurrence.hidden] {
      throw OperatorError.invalid("peepholes of shape \(peepholes.shape)")
    }
    switch recurrence.x.elementType.numericKind {
    case .float: return try run(recurrence, peepholes, Float.self)
    case .double: return try run(recurrence, peepholes, Double.self)
    default: throw OperatorError.elementType(input: 0, found: recurrence.x.elementType)
    }
  }

  private func run<T: BLASScalar>(_ recurrence: Recurrence, _ peepholes: Tensor?, _: T.Type) throws -> [RuntimeValue] {
    let hidden = recurrence.hidden
    let bias = try recurrence.bias?.values(as: T.self)
    let peepholes = try peepholes?.values(as: T.self)
    let results = try recurrence.run(T.self) { direction, weights in
      Cell<T>(
        hidden: hidden, weights: weights, functions: Array(settings.activations[(direction * 3)..<(direction * 3 + 3)]),
        clip: settings.clip.map { T($0) }, couplesGates: couplesGates,
        bias: bias.map { Array($0[(direction * 8 + 4) * hidden..<(direction * 8 + 8) * hidden]) },
        peepholes: peepholes.map { Array($0[direction * 3 * hidden..<(direction + 1) * 3 * hidden]) })
    }
    return try recurrence.arranged(results)
  }

  private struct Cell<Scalar: BLASScalar>: RecurrentCell {
    let hidden: Int
    let weights: UnsafePointer<Scalar>
    let functions: [RecurrentActivation]
    let clip: Scalar?
    let couplesGates: Bool
    let bias: [Scalar]?
    let peepholes: [Scalar]?

    func step(
      gates: UnsafeMutablePointer<Scalar>, hidden state: UnsafeMutablePointer<Scalar>,
      cell: UnsafeMutablePointer<Scalar>
    ) throws {
      try add(weights, state, rows: 4 * hidden, columns: hidden, to: gates)
      let (f, g, h) = (functions[0], functions[1], functions[2])
      for i in 0..<hidden {
        func gate(_ index: Int) -> Scalar { gates[index * hidden + i] + (bias?[index * hidden + i] ?? 0) }
        func peephole(_ index: Int) -> Scalar { peepholes.map { $0[index * hidden + i] * cell[i] } ?? 0 }
        let input = f(clipped(gate(0) + peephole(0), clip))
        let forget = couplesGates ? 1 - input : f(clipped(gate(2) + peephole(2), clip))
        cell[i] = forget * cell[i] + input * g(clipped(gate(3), clip))
        let output = f(clipped(gate(1) + peephole(1), clip))
        state[i] = output * h(cell[i])
      }
    }
  }
}
