import CNNGraphs
import CNNTensors
import RealModule

/// Attention by a state `S` `[keySize, valueSize]` of each head that each step changes, and whose product with the
/// query, times a scale, is the step's result: `S = exp(g) S`, `S += k ⊗ v`, where with a delta rule `v` is first
/// replaced by `b (v - Sᵀ k)`. Yang et al., "Gated delta networks".
///
/// Inputs: queries `[batch, length, heads · keySize]`, keys `[…, keyHeads · keySize]`, values `[…, keyHeads ·
/// valueSize]`, and, which may be left out, a state `[batch, keyHeads, keySize, valueSize]`, decays `g` for each key
/// head or feature, and rates `b` for each key head or all. Outputs: the result `[batch, length, heads · valueSize]`
/// and the state after the last step.
public struct LinearAttention: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LinearAttention", versions: [27], inputs: 3...6, outputs: 2...2)

  /// How a step changes the state.
  public enum Rule: String, Sendable {
    case linear, gated, delta
    case gatedDelta = "gated_delta"

    var decays: Bool { self == .gated || self == .gatedDelta }
    var corrects: Bool { self == .delta || self == .gatedDelta }
  }

  /// How many heads there are.
  public var heads: Int
  /// How many heads keys and values have.
  public var keyHeads: Int
  /// The rule.
  public var rule: Rule
  /// Factor of the results; 1 / √keySize if it is 0.
  public var scale: Float
  /// A hint of how many steps to take at once.
  public var chunkSize: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    heads = try node.require("q_num_heads", node.int("q_num_heads"))
    keyHeads = try node.require("kv_num_heads", node.int("kv_num_heads"))
    rule = try node.choice("update_rule", default: .gatedDelta)
    scale = try node.float("scale", default: 0)
    chunkSize = try node.int("chunk_size", default: 64)
    guard heads >= 1, keyHeads >= 1, heads % keyHeads == 0 else {
      throw OperatorError.invalid("\(heads) query heads do not share \(keyHeads) key heads evenly")
    }
  }

  /// Makes the operator with these settings.
  public init(heads: Int, keyHeads: Int, rule: Rule = .gatedDelta, scale: Float = 0) {
    (self.heads, self.keyHeads, self.rule, self.scale, chunkSize) = (heads, keyHeads, rule, scale, 64)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("q_num_heads", heads)
    node.set("kv_num_heads", keyHeads)
    node.set("update_rule", rule.rawValue, unless: "gated_delta")
    node.set("scale", scale, unless: 0)
    node.set("chunk_size", chunkSize, unless: 64)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let stateType = context.has(3) ? context.elementType(3) : context.elementType(0)
    guard let q = context.shape(0), let v = context.shape(2), q.count == 3, v.count == 3 else {
      return [.tensor(context.elementType(0), nil), .tensor(stateType, context.shape(3))]
    }
    let (keySize, valueSize) = (q[2].value.map { $0 / heads }, v[2].value.map { $0 / keyHeads })
    let width = valueSize.map { $0.multipliedReportingOverflow(by: heads) }.flatMap {
      $0.overflow ? nil : $0.partialValue
    }
    return [
      .tensor(context.elementType(0), [q[0], q[1], width.map(Dimension.fixed) ?? .unknown]),
      .tensor(
        stateType,
        [q[0], .fixed(keyHeads), keySize.map(Dimension.fixed) ?? .unknown, valueSize.map(Dimension.fixed) ?? .unknown]),
    ]
  }

  package var arrayBytes: [Int: Int] { [0: 4, 1: 4, 2: 4, 3: 4, 4: 4, 5: 4] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let q = try AttentionHeads.split(try context.tensor(0), heads: heads, input: 0)
    let k = try AttentionHeads.split(try context.tensor(1), heads: keyHeads, input: 1)
    let v = try AttentionHeads.split(try context.tensor(2), heads: keyHeads, input: 2)
    guard q.elementType.numericKind == .float else { throw OperatorError.elementType(input: 0, found: q.elementType) }
    let (batch, length, keySize, valueSize) = (q.shape[0], q.shape[2], q.shape[3], v.shape[3])
    guard k.shape == [batch, keyHeads, length, keySize], v.shape == [batch, keyHeads, length, valueSize] else {
      throw OperatorError.invalid("keys of shape \(k.shape) and values of shape \(v.shape) in heads")
    }
    let (decay, beta) = (try context.optionalTensor(4), try context.optionalTensor(5))
    guard rule.decays == (decay != nil) else {
      throw OperatorError.input(4, expected: rule.decays ? "decays" : "nothing")
    }
    guard rule.corrects == (beta != nil) else {
      throw OperatorError.input(5, expected: rule.corrects ? "rates" : "nothing")
    }
    let decays = [keyHeads, keyHeads * keySize]
    if let decay, decay.rank != 3 || decay.shape[..<2] != [batch, length] || !decays.contains(decay.shape[2]) {
      throw OperatorError.invalid("decays of shape \(decay.shape)")
    }
    if let beta, beta.rank != 3 || beta.shape[..<2] != [batch, length] || ![1, keyHeads].contains(beta.shape[2]) {
      throw OperatorError.invalid("rates of shape \(beta.shape)")
    }
    let shape = [batch, keyHeads, keySize, valueSize]
    let past = try context.optionalTensor(3)
    if let past, past.shape != shape {
      throw OperatorError.invalid("a state of shape \(past.shape), \(shape) expected")
    }
    let outputs = try run(q, k, v, past, decay, beta, shape)
    let result = try AttentionHeads.joined(outputs.result)
    return [.tensor(result), .tensor(try outputs.state.converted(to: past?.elementType ?? q.elementType))]
  }

  private func run(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ past: Tensor?, _ decay: Tensor?, _ beta: Tensor?, _ shape: [Int]
  ) throws -> (result: Tensor, state: Tensor) {
    let (length, keySize, valueSize, group) = (q.shape[2], q.shape[3], v.shape[3], heads / keyHeads)
    let factor = scale == 0 ? 1 / Float(keySize).squareRoot() : scale
    let plane = keySize * valueSize
    var result: Tensor?
    let (queries, keys) = (try q.values(as: Float.self), try k.values(as: Float.self))
    let values = try v.values(as: Float.self)
    let (decays, rates) = (try decay?.values(as: Float.self), try beta?.values(as: Float.self))
    let state = try Tensor(.float32, shape: shape) { (states: UnsafeMutableBufferPointer<Float>) in
      states.update(repeating: 0)
      try past?.withValues(as: Float.self) { _ = states.update(fromContentsOf: $0) }
      result = try Tensor(q.elementType, shape: [q.shape[0], heads, length, valueSize]) {
        (target: UnsafeMutableBufferPointer<Float>) in
        guard !target.isEmpty else { return }
        target.update(repeating: 0)
        try withScratch(Float.self, count: valueSize) { update in
          let budget = WorkBudget.current
          for head in 0..<q.shape[0] * keyHeads {
            let state = UnsafeMutableBufferPointer(rebasing: states[head * plane..<(head + 1) * plane])
            let (element, own) = (head / keyHeads, head % keyHeads)
            for step in 0..<length {
              try budget.charge(plane, times: (3 + group) * WorkBudget.Cost.step)
              let (row, position) = (head * length + step, element * length + step)
              if let decays, let width = decay?.shape[2] {
                for i in 0..<keySize {
                  let gate = Float.exp(decays[position * width + (width == keyHeads ? own : own * keySize + i)])
                  for j in 0..<valueSize { state[i * valueSize + j] *= gate }
                }
              }
              for j in 0..<valueSize { update[j] = values[row * valueSize + j] }
              if let rates, let width = beta?.shape[2] {
                let rate = rates[position * width + (width == 1 ? 0 : own)]
                for i in 0..<keySize {
                  let key = keys[row * keySize + i]
                  for j in 0..<valueSize { update[j] -= state[i * valueSize + j] * key }
                }
                for j in 0..<valueSize { update[j] *= rate }
              }
              for i in 0..<keySize {
                let key = keys[row * keySize + i]
                for j in 0..<valueSize { state[i * valueSize + j] += key * update[j] }
              }
              for reader in own * group..<(own + 1) * group {
                let line = (element * heads + reader) * length + step
                for i in 0..<keySize {
                  let query = queries[line * keySize + i] * factor
                  for j in 0..<valueSize { target[line * valueSize + j] += query * state[i * valueSize + j] }
                }
              }
            }
          }
        }
      }
    }
    guard let result else { throw OperatorError.invalid("no result") }
    return (result, state)
  }
}
