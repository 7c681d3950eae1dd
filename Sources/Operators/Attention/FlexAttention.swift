import CNNGraphs
import CNNTensors

/// Scaled dot-product attention `softmax(Q · Kᵀ · scale) · V` over `[batch, heads, length, size]` with two bodies, either of
/// which may be left out: one changes the scores before the softmax, one the probabilities behind it, both
/// `[batch, heads, queries, keys]`. Dong et al., "Flex attention".
public struct FlexAttention: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "FlexAttention", domain: "ai.onnx.preview", versions: [1], inputs: 3...3)

  /// Factor of the products; 1 / √size if it is not given.
  public var scale: Float?
  /// The type of scores and probabilities; float32, or float64 for such inputs, if it is not given.
  package var softmaxType: StashType?
  /// The score body.
  public var scoreBody: Graph?
  /// The probability body.
  public var probabilityBody: Graph?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    scale = try node.float("scale")
    softmaxType = try node.softmaxType()
    scoreBody = node.has("score_mod") ? try node.graph("score_mod") : nil
    probabilityBody = node.has("prob_mod") ? try node.graph("prob_mod") : nil
  }

  /// Makes the operator with these settings.
  public init(scale: Float? = nil, scoreBody: Graph? = nil, probabilityBody: Graph? = nil) {
    (self.scale, self.scoreBody, self.probabilityBody, softmaxType) = (scale, scoreBody, probabilityBody, nil)
  }

  /// Graphs that the operator runs.
  public var bodies: [Graph] { [scoreBody, probabilityBody].compactMap(\.self) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if let scale { node.set("scale", scale) }
    if let softmaxType { node.set("softmax_precision", softmaxType.rawValue) }
    if let scoreBody { node.set("score_mod", .graph(scoreBody)) }
    if let probabilityBody { node.set("prob_mod", .graph(probabilityBody)) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let q = context.shape(0), let k = context.shape(1), let v = context.shape(2) else {
      return [.tensor(context.elementType(0), nil)]
    }
    for (index, shape) in [q, k, v].enumerated() where shape.count != 4 {
      throw OperatorError.rank(input: index, expected: "4", found: shape.count)
    }
    let type = context.elementType(0).map { scoreType(for: $0) }
    let scores = InferredValue.tensor(type, [q[0], q[1], q[2], k[2]])
    for body in bodies { _ = try context.inferBody(body, [scores]) }
    return [.tensor(context.elementType(0), [q[0], q[1], q[2], v[3]])]
  }

  private func scoreType(for type: ElementType) -> ElementType {
    softmaxType?.elementType ?? (type == .float64 ? .float64 : .float32)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let parts = try AttentionHeads(
      queries: try context.tensor(0), keys: try context.tensor(1), values: try context.tensor(2))
    let type = scoreType(for: parts.queries.elementType)
    switch (parts.queries.elementType.numericKind, type) {
    case (.double, _), (.float, .float64):
      return [.tensor(try run(parts.scaled(by: scale), type, context, Double.self))]
    case (.float, _): return [.tensor(try run(parts.scaled(by: scale), type, context, Float.self))]
    default: throw OperatorError.elementType(input: 0, found: parts.queries.elementType)
    }
  }

  /// The bodies see the scores of all heads at once, so these are computed first, changed, and then used head by head.
  private func run<T: BLASScalar>(
    _ parts: AttentionHeads, _ type: ElementType, _ context: EvaluationContext, _: T.Type
  ) throws -> Tensor {
    let (rows, columns) = (parts.length, parts.keyLength)
    let (rounding, softmaxRounding) = (ShortRounding(parts.queries.elementType), ShortRounding(type))
    var scores = try Tensor(T.elementType, shape: parts.scoresShape) { (target: UnsafeMutableBufferPointer<T>) in
      target.update(repeating: 0)
      _ = try parts.attend { (batch: Int, head: Int, scores: UnsafeMutablePointer<T>) in
        let start = (batch * parts.heads + head) * rows * columns
        for i in 0..<rows * columns { target[start + i] = rounding(scores[i]) }
      }
    }.converted(to: type)
    func apply(_ body: Graph?) throws {
      guard let body else { return }
      let results = try context.run(body, [.tensor(scores)])
      guard let changed = results.first?.tensor, results.count == 1, changed.shape == scores.shape else {
        throw OperatorError.invalid("a body must make one tensor of shape \(scores.shape)")
      }
      scores = changed
    }
    try apply(scoreBody)
    let probabilities = try scores.withValues(as: T.self) { source in
      try Tensor(type, shape: scores.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard !target.isEmpty else { return }
        _ = target.update(fromContentsOf: source)
        for row in 0..<target.count / columns {
          UnsafeMutableBufferPointer(rebasing: target[row * columns..<(row + 1) * columns]).softmax(
            rounding: softmaxRounding)
        }
      }
    }
    scores = probabilities
    try apply(probabilityBody)
    return try scores.withValues(as: T.self) { source in
      try parts.attend { (batch: Int, head: Int, target: UnsafeMutablePointer<T>) in
        let start = (batch * parts.heads + head) * rows * columns
        for i in 0..<rows * columns { target[i] = source[start + i] }
      }
    }.converted(to: parts.queries.elementType)
  }
}
