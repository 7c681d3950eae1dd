import CNNGraphs
import CNNTensors

/// Rotates pairs of features by an angle that depends on the position: `(a cos - b sin, a sin + b cos)`. A pair is a feature
/// and the one half a head further, or (`isInterleaved`) its neighbour. Su et al., "RoFormer".
///
/// Inputs: x `[batch, heads, length, size]` or, with the number of heads, `[batch, length, heads · size]`; cosines and sines
/// `[positions, size / 2]` with positions `[batch, length]`, or, those being left out, `[batch, length, size / 2]`.
public struct RotaryEmbedding: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RotaryEmbedding", versions: [23], inputs: 3...4)

  /// True if neighbours are pairs.
  public var isInterleaved: Bool
  /// Features of a head that are rotated, from the first; 0 for all.
  public var rotated: Int
  /// Number of heads if x has rank 3.
  public var heads: Int?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    isInterleaved = try node.flag("interleaved")
    rotated = try node.int("rotary_embedding_dim", default: 0)
    heads = try node.int("num_heads")
    guard rotated >= 0, rotated % 2 == 0 else { throw OperatorError.attribute("rotary_embedding_dim", "\(rotated)") }
  }

  /// Makes the operator with these settings.
  public init(isInterleaved: Bool = false, rotated: Int = 0, heads: Int? = nil) {
    (self.isInterleaved, self.rotated, self.heads) = (isInterleaved, rotated, heads)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("interleaved", isInterleaved, unless: false)
    node.set("rotary_embedding_dim", rotated, unless: 0)
    if let heads { node.set("num_heads", heads) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 3)
    if let x = context.shape(0) {
      guard x.count <= 4 else { throw OperatorError.rank(input: 0, expected: "3 or 4", found: x.count) }
      if x.count == 3 {
        guard let heads, heads >= 1 else { throw OperatorError.attribute("num_heads", "missing for rank 3") }
        try AttentionHeads.check(x[2], heads: heads, input: 0)
      }
    }
    if let cosines = context.shape(1) { try context.require(2, shape: cosines) }
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let (cosines, sines) = (try context.tensor(1), try context.tensor(2))
    let isFlat = x.rank == 3
    if isFlat && (heads ?? 0) < 1 { throw OperatorError.attribute("num_heads", "missing for rank 3") }
    let parts = isFlat ? try AttentionHeads.split(x, heads: heads ?? 0, input: 0) : x
    guard parts.rank == 4 else { throw OperatorError.rank(input: 0, expected: "3 or 4", found: x.rank) }
    let (batch, length, size) = (parts.shape[0], parts.shape[2], parts.shape[3])
    let half = (rotated == 0 ? size : rotated) / 2
    guard rotated <= size, size % 2 == 0 || rotated > 0 else {
      throw OperatorError.invalid("\(rotated) features of a head of \(size)")
    }
    guard cosines.shape == sines.shape, cosines.shape.last == half else {
      throw OperatorError.invalid("cosines \(cosines.shape) and sines \(sines.shape) for \(half) pairs")
    }
    guard x.count > 0 else { return [.tensor(x)] }
    var rows = Array(0..<batch * length)
    if let positions = try context.optionalTensor(3) {
      guard positions.shape == [batch, length], cosines.rank == 2 else {
        throw OperatorError.invalid("positions \(positions.shape) for a batch of \(batch) times \(length)")
      }
      rows = try context.integers(3)
      if let wrong = rows.first(where: { $0 < 0 || $0 >= cosines.shape[0] }) {
        throw OperatorError.invalid("position \(wrong) of \(cosines.shape[0])")
      }
    } else if cosines.shape != [batch, length, half] {
      throw OperatorError.invalid("cosines \(cosines.shape) for a batch of \(batch) times \(length)")
    }
    let result: Tensor
    switch x.elementType.numericKind {
    case .float: result = try rotate(parts, cosines, sines, rows, half, Float.self)
    case .double: result = try rotate(parts, cosines, sines, rows, half, Double.self)
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
    return [.tensor(isFlat ? try AttentionHeads.joined(result) : result)]
  }

  private func rotate<T: FloatingScalar>(
    _ x: Tensor, _ cosines: Tensor, _ sines: Tensor, _ rows: [Int], _ half: Int, _: T.Type
  ) throws -> Tensor {
    let (heads, length, size) = (x.shape[1], x.shape[2], x.shape[3])
    return try x.withValues(as: T.self) { source in
      try cosines.withValues(as: T.self) { cosines in
        try sines.withValues(as: T.self) { sines in
          try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
            guard !target.isEmpty else { return }
            for vector in 0..<target.count / size {
              let start = vector * size
              let row = rows[vector / length / heads * length + vector % length] * half
              for i in 2 * half..<max(size, 2 * half) { target[start + i] = source[start + i] }
              for pair in 0..<half {
                let a = start + (isInterleaved ? 2 * pair : pair)
                let b = isInterleaved ? a + 1 : a + half
                let (cosine, sine) = (cosines[row + pair], sines[row + pair])
                (target[a], target[b]) = (
                  cosine * source[a] - sine * source[b], sine * source[a] + cosine * source[b]
                )
              }
            }
          }
        }
      }
    }
  }
}
