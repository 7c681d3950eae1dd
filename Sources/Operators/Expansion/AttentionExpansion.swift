import CNNGraphs
import CNNTensors

extension Attention {
  /// Before version 23: products, softmax and products again. Past keys, windows and scores stay with the operator.
  public func expanded(in node: inout NodeExpansion) throws -> [NodeOperand?]? {
    guard node.version < 23 else { return nil }
    guard !node.has(4), !node.has(5), !node.has(6), leftWindow < 0, rightWindow < 0, !node.wants(3) else {
      throw node.refusal("attention with past keys, a window or scores", needs: 23)
    }
    let rank = try node.rank(of: node.input(0), needs: 23)
    let q = try separated(node.input(0), heads, rank, &node)
    var k = try separated(node.input(1), keyHeads, rank, &node)
    var v = try separated(node.input(2), keyHeads, rank, &node)
    let (keys, values) = (k, v)
    if let own = q.shape?[1].value, let other = k.shape?[1].value {
      k = try repeated(k, own, other, &node)
      v = try repeated(v, own, other, &node)
    } else if q.shape?[1] != k.shape?[1] {
      throw node.refusal("attention of unknown numbers of heads", needs: 23)
    }
    guard let size = q.shape?[3].value, size > 0 else { throw node.refusal("attention of an unknown size", needs: 23) }
    let factor = scale.map { Double($0) } ?? 1 / Double(size).squareRoot()
    let turned = try node.apply(Transpose(permutation: [0, 1, 3, 2]), k)
    var scores = try node.apply(
      MatrixMultiplication(), node.apply(Multiply(), q, node.number(factor, like: q)), turned)
    if softcap > 0 {
      let bound = try node.number(Double(softcap), like: q)
      scores = try node.apply(Multiply(), node.apply(Tanh(), node.apply(Divide(), scores, bound)), bound)
    }
    var weights = try probabilities(scores, q, k, &node)
    weights = try node.cast(weights, to: node.elementType(of: v))
    var result = try node.apply(MatrixMultiplication(), weights, v)
    if rank == 3 {
      result = try node.reshape(node.apply(Transpose(permutation: [0, 2, 1, 3]), result), to: [0, 0, -1])
    }
    return [result, keys, values]
  }

  /// `[batch, heads, length, size]`.
  private func separated(
    _ x: NodeOperand, _ heads: Int?, _ rank: Int, _ node: inout NodeExpansion
  ) throws -> NodeOperand {
    guard rank == 3 else { return x }
    guard let heads, let width = x.shape?[2].value else {
      throw node.refusal("attention of an unknown size", needs: 23)
    }
    let split = try node.reshape(x, to: [0, 0, heads, width / max(heads, 1)])
    return try node.apply(Transpose(permutation: [0, 2, 1, 3]), split)
  }

  /// Each head of keys or values for so many heads of queries.
  private func repeated(
    _ x: NodeOperand, _ heads: Int, _ own: Int, _ node: inout NodeExpansion
  ) throws -> NodeOperand {
    guard own != heads else { return x }
    guard own > 0, heads % own == 0, let size = x.shape?[3].value else {
      throw node.refusal("attention of these heads", needs: 23)
    }
    let apart = try node.apply(Unsqueeze(), x, node.constant([2]))
    let copies = try node.apply(Tile(), apart, node.constant([1, 1, heads / own, 1, 1]))
    return try node.reshape(copies, to: [0, heads, -1, size])
  }

  /// The softmax of what the masks leave; 0 for a query that no key is left for.
  private func probabilities(
    _ scores: NodeOperand, _ q: NodeOperand, _ k: NodeOperand, _ node: inout NodeExpansion
  ) throws -> NodeOperand {
    var scores = scores
    var allowed: NodeOperand?
    if isCausal {
      guard let queries = q.shape?[2].value, let keys = k.shape?[2].value else {
        throw node.refusal("causal attention of unknown lengths", needs: 23)
      }
      allowed = node.constant(
        try Tensor(.bool, shape: [queries, keys]) { target in
          for index in target.indices { target[index] = index % keys <= index / keys ? 1 : 0 }
        })
    }
    if let mask = node.optionalInput(3) {
      guard let width = mask.shape?.last, width == 1 || width == k.shape?[2], width != .unknown else {
        throw node.refusal("attention under a mask of another length", needs: 23)
      }
      if mask.elementType == .bool {
        allowed = try allowed.map { try node.apply(LogicalAnd(), $0, mask) } ?? mask
      } else {
        scores = try node.apply(Add(), scores, mask)
      }
    }
    if let softmaxType { scores = try node.cast(scores, to: softmaxType.elementType) }
    if let allowed { scores = try node.apply(Where(), allowed, scores, node.number(-.infinity, like: scores)) }
    let weights = try node.apply(Softmax(axis: -1), scores)
    guard node.has(3) else { return weights }
    let greatest = try node.apply(ReduceMaximum(), scores, node.constant([3]))
    let type = try node.elementType(of: scores)
    let least =
      type == .float16
      ? -65504 : type == .float64 ? -Double.greatestFiniteMagnitude : -Double(Float.greatestFiniteMagnitude)
    let isEmpty = try node.apply(Less(), greatest, node.number(least, like: scores))
    return try node.apply(Where(), isEmpty, node.number(0, like: weights), weights)
  }
}
