import CNNGraphs
import CNNTensors
import RealModule

/// Scaled dot-product attention `softmax(Q · Kᵀ · scale + mask) · V`. Vaswani et al., "Attention is all you need";
/// several query heads may share a key head.
///
/// Inputs: Q, K and V as `[batch, heads, length, size]` or, with the numbers of heads as attributes, `[batch, length,
/// heads · size]`, and, each of which may be left out: a mask that broadcasts to `[batch, heads, queries, keys]`, past
/// keys and values that come before K and V, and the number of valid keys of each element of the batch. Outputs: the
/// result, all keys, all values, and the scores `[batch, heads, queries, keys]` of a stage that the operator names. A
/// query that no key is left for gets 0.
public struct Attention: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Attention", versions: [23, 24, 25], inputs: 3...7, outputs: 1...4)

  /// The stage whose scores are the fourth output.
  public enum Stage: Int, Sendable {
    case products, capped, masked, probabilities
  }

  /// Factor of the products; 1 / √size if it is not given.
  public var scale: Float?
  /// True if a query sees no later keys.
  public var isCausal: Bool
  /// Heads of queries, and of keys and values, if the inputs have rank 3.
  public var heads: Int?
  /// How many heads keys and values have.
  public var keyHeads: Int?
  /// If above 0, the scores are bent to stay within this bound.
  public var softcap: Float
  /// The stage whose scores are the fourth output.
  public var stage: Stage
  /// The type that ONNX computes the softmax in; here it is never less precise than that.
  package var softmaxType: StashType?
  /// How many keys before and behind its own position a query sees; -1 for all.
  public var leftWindow: Int
  /// The right window.
  public var rightWindow: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    scale = try node.float("scale")
    isCausal = try node.flag("is_causal")
    heads = try node.int("q_num_heads")
    keyHeads = try node.int("kv_num_heads")
    softcap = try node.float("softcap", default: 0)
    let mode = try node.int("qk_matmul_output_mode", default: 0)
    guard let stage = Stage(rawValue: mode) else { throw OperatorError.attribute("qk_matmul_output_mode", "\(mode)") }
    self.stage = stage
    softmaxType = try node.softmaxType()
    leftWindow = try node.version >= 25 ? node.int("left_window_size", default: -1) : -1
    rightWindow = try node.version >= 25 ? node.int("right_window_size", default: -1) : -1
    for (name, value) in [("left_window_size", leftWindow), ("right_window_size", rightWindow)]
    where value < -1 || value > Int(Int32.max) {
      throw OperatorError.attribute(name, "\(value)")
    }
  }

  /// Makes the operator with these settings.
  public init(scale: Float? = nil, isCausal: Bool = false, heads: Int? = nil, keyHeads: Int? = nil) {
    (self.scale, self.isCausal, self.heads, self.keyHeads) = (scale, isCausal, heads, keyHeads)
    (softcap, stage, softmaxType, leftWindow, rightWindow) = (0, .products, nil, -1, -1)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if let scale { node.set("scale", scale) }
    node.set("is_causal", isCausal, unless: false)
    if let heads { node.set("q_num_heads", heads) }
    if let keyHeads { node.set("kv_num_heads", keyHeads) }
    node.set("softcap", softcap, unless: 0)
    node.set("qk_matmul_output_mode", stage.rawValue, unless: 0)
    if let softmaxType { node.set("softmax_precision", softmaxType.rawValue) }
    if leftWindow >= 0 || rightWindow >= 0 { try node.require(version: 25, for: "a window") }
    node.set("left_window_size", leftWindow, unless: -1)
    node.set("right_window_size", rightWindow, unless: -1)
    if node.hasInput(6) { try node.require(version: 24, for: "nonpad_kv_seqlen") }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let types = [0, 0, 2, 0].map { context.elementType($0) }
    guard let q = context.shape(0), let k = context.shape(1), let v = context.shape(2) else {
      return types.map { .tensor($0, nil) }
    }
    func divided(_ extent: Dimension, by count: Int?) -> Dimension {
      guard let value = extent.value, let count, count > 0 else { return .unknown }
      return .fixed(value / count)
    }
    let isFlat = q.count == 3
    guard q.count == k.count, k.count == v.count, isFlat || q.count == 4 else {
      throw OperatorError.invalid("queries \(q), keys \(k) and values \(v) do not fit together")
    }
    try check(q, k, v, context)
    let queryHeads = isFlat ? heads.map(Dimension.fixed) ?? .unknown : q[1]
    let otherHeads = isFlat ? keyHeads.map(Dimension.fixed) ?? .unknown : k[1]
    let valueSize = isFlat ? divided(v[2], by: keyHeads) : v[3]
    var total = k[k.count == 3 ? 1 : 2]
    if context.has(4) {
      let past = context.shape(4).flatMap { $0.count == 4 ? $0[2].value : nil }
      let sum = total.value.flatMap { new in past.map { new.addingReportingOverflow($0) } }
      total = sum.flatMap { $0.overflow ? nil : .fixed($0.partialValue) } ?? .unknown
    }
    var result = [q[0], queryHeads, q[isFlat ? 1 : 2], valueSize]
    if isFlat {
      let width = queryHeads.value.flatMap { count in valueSize.value.map { count.multipliedReportingOverflow(by: $0) }
      }
      result = [q[0], q[1], width.flatMap { $0.overflow ? nil : .fixed($0.partialValue) } ?? .unknown]
    }
    let keySize = isFlat ? divided(k[2], by: keyHeads) : k[3]
    let shapes = [
      result, [k[0], otherHeads, total, keySize], [v[0], otherHeads, total, valueSize],
      [q[0], queryHeads, q[isFlat ? 1 : 2], total],
    ]
    return zip(types, shapes).map { .tensor($0, $1) }
  }

  /// Asks for heads that fit together, and for past keys and values that they continue.
  private func check(_ q: [Dimension], _ k: [Dimension], _ v: [Dimension], _ context: InferenceContext) throws {
    guard context.has(4) == context.has(5) else {
      throw OperatorError.input(context.has(4) ? 5 : 4, expected: "a value")
    }
    var parts = [q, k, v]
    if q.count == 3 {
      guard let heads, let keyHeads else { throw OperatorError.attribute("q_num_heads", "missing for rank 3") }
      for (index, count) in [heads, keyHeads, keyHeads].enumerated() {
        let part = parts[index]
        try AttentionHeads.check(part[2], heads: count, input: index)
        parts[index] = [part[0], .fixed(count), part[1], part[2].value.map { .fixed($0 / count) } ?? .unknown]
      }
    }
    if context.has(4) {
      for (index, part) in [4: parts[1], 5: parts[2]] {
        try context.require(index, shape: [part[0], part[1], .unknown, part[3]])
      }
      (parts[1][2], parts[2][2]) = (.unknown, .unknown)
    }
    try AttentionHeads.check(parts[0], parts[1], parts[2])
    if context.has(6) { try context.require(6, count: q[0]) }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    var (q, k, v) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    let isFlat = q.rank == 3
    if isFlat {
      guard let heads, let keyHeads else { throw OperatorError.attribute("q_num_heads", "missing for rank 3") }
      q = try AttentionHeads.split(q, heads: heads, input: 0)
      k = try AttentionHeads.split(k, heads: keyHeads, input: 1)
      v = try AttentionHeads.split(v, heads: keyHeads, input: 2)
    }
    let past = try context.optionalTensor(4)
    let pastValues = try context.optionalTensor(5)
    guard (past == nil) == (pastValues == nil) else {
      throw OperatorError.input(past == nil ? 4 : 5, expected: "a value")
    }
    if let past, let pastValues {
      k = try Tensor.concatenating([past, k], axis: 2)
      v = try Tensor.concatenating([pastValues, v], axis: 2)
    }
    let parts = try AttentionHeads(queries: q, keys: k, values: v)
    let mask = try AttentionMask(
      parts, mask: try context.optionalTensor(3), validKeys: try context.optionalIntegers(6),
      past: past?.shape[2], isCausal: isCausal, left: leftWindow, right: rightWindow)
    let wantsScores = context.outputCount > 3
    var (result, scores): (Tensor, Tensor?)
    switch (q.elementType.numericKind, softmaxType) {
    case (.double, _), (.float, .float64):
      (result, scores) = try run(parts.scaled(by: scale), mask, wantsScores, Double.self)
    case (.float, _): (result, scores) = try run(parts.scaled(by: scale), mask, wantsScores, Float.self)
    default: throw OperatorError.elementType(input: 0, found: q.elementType)
    }
    result = try result.converted(to: q.elementType)
    let outputs = [isFlat ? try AttentionHeads.joined(result) : result, k, v, try scores?.converted(to: q.elementType)]
    return outputs.compactMap { $0.map { .tensor($0) } }
  }

  private func run<T: BLASScalar>(
    _ parts: AttentionHeads, _ mask: AttentionMask, _ wantsScores: Bool, _: T.Type
  ) throws -> (Tensor, Tensor?) {
    let (rows, columns) = (parts.length, parts.keyLength)
    let type = parts.queries.elementType
    let (rounding, softmaxRounding) = (ShortRounding(type), ShortRounding(softmaxType?.elementType ?? type))
    func attend(_ observed: UnsafeMutablePointer<T>?) throws -> Tensor {
      try mask.withValues(as: T.self) { added in
        try parts.attend { (batch: Int, head: Int, scores: UnsafeMutablePointer<T>) in
          let all = UnsafeMutableBufferPointer(start: scores, count: rows * columns)
          let copy = observed.map { $0 + (batch * parts.heads + head) * rows * columns }
          func observe(_ now: Stage) { if now == stage { copy?.update(from: scores, count: rows * columns) } }
          rounding.round(all)
          observe(.products)
          if softcap > 0 { for i in all.indices { all[i] = T(softcap) * T.tanh(all[i] / T(softcap)) } }
          rounding.round(all)
          observe(.capped)
          for row in 0..<rows {
            for column in 0..<columns {
              let index = row * columns + column
              guard mask.allows(batch, row, column) else {
                all[index] = -.infinity
                continue
              }
              let addend = added(batch, head, row, column)
              all[index] = addend == -.infinity ? addend : all[index] + addend
            }
          }
          rounding.round(all)
          observe(.masked)
          for row in 0..<rows {
            UnsafeMutableBufferPointer(rebasing: all[row * columns..<(row + 1) * columns]).softmax(
              rounding: softmaxRounding)
          }
          rounding.round(all)
          observe(.probabilities)
        }
      }
    }
    guard wantsScores else { return (try attend(nil), nil) }
    var result: Tensor?
    let scores = try Tensor(T.elementType, shape: parts.scoresShape) { (target: UnsafeMutableBufferPointer<T>) in
      target.update(repeating: 0)
      result = try attend(target.baseAddress)
    }
    guard let result else { throw OperatorError.invalid("no scores") }
    return (result, scores)
  }
}

extension NodeReader {
  /// The attribute `softmax_precision`.
  package mutating func softmaxType() throws -> StashType? {
    try int("softmax_precision").map { number in
      guard let type = StashType(rawValue: number) else {
        throw OperatorError.attribute("softmax_precision", "\(number) is not known")
      }
      return type
    }
  }
}
