import CNNGraphs
import CNNTensors

/// Queries, keys and values split into heads `[batch, heads, length, size]`, checked.
package struct AttentionHeads: Sendable {
  package let queries: Tensor
  package let keys: Tensor
  package let values: Tensor

  package var batch: Int { queries.shape[0] }
  package var heads: Int { queries.shape[1] }
  package var keyHeads: Int { keys.shape[1] }
  package var length: Int { queries.shape[2] }
  package var keyLength: Int { keys.shape[2] }
  package var size: Int { queries.shape[3] }
  package var valueSize: Int { values.shape[3] }
  /// The scores' shape.
  package var scoresShape: [Int] { [batch, heads, length, keyLength] }
  /// The result's shape, in heads.
  package var shape: [Int] { [batch, heads, length, valueSize] }

  /// - Throws: ``OperatorError`` if the shapes do not fit together.
  package init(queries: Tensor, keys: Tensor, values: Tensor) throws {
    (self.queries, self.keys, self.values) = (queries, keys, values)
    for (index, tensor) in [queries, keys, values].enumerated() where tensor.rank != 4 {
      throw OperatorError.rank(input: index, expected: "4", found: tensor.rank)
    }
    let (q, k, v) = (queries.shape, keys.shape, values.shape)
    guard q[0] == k[0], q[0] == v[0], k[1] == v[1], k[2] == v[2], q[3] == k[3] else {
      throw OperatorError.invalid("queries \(q), keys \(k) and values \(v) do not fit together")
    }
    guard k[1] > 0 ? q[1] % k[1] == 0 : q[1] == 0 else {
      throw OperatorError.invalid("\(q[1]) query heads do not share \(k[1]) key heads evenly")
    }
    _ = try Tensor.elementCount(of: scoresShape)
    _ = try Tensor.elementCount(of: shape)
  }

  /// Asks for features that fall into heads.
  package static func check(_ features: Dimension, heads: Int, input: Int) throws {
    guard let features = features.value, heads < 1 || features % heads != 0 else { return }
    throw OperatorError.invalid("input \(input): \(features) features do not fall into \(heads) heads")
  }

  /// Asks for queries, keys and values in heads that fit together.
  package static func check(_ q: [Dimension], _ k: [Dimension], _ v: [Dimension]) throws {
    guard q[0].fits(k[0]), q[0].fits(v[0]), k[1].fits(v[1]), k[2].fits(v[2]), q[3].fits(k[3]) else {
      throw OperatorError.invalid("queries \(q), keys \(k) and values \(v) do not fit together")
    }
    guard let queryHeads = q[1].value, let keyHeads = k[1].value else { return }
    guard keyHeads > 0 ? queryHeads % keyHeads == 0 : queryHeads == 0 else {
      throw OperatorError.invalid("\(queryHeads) query heads do not share \(keyHeads) key heads evenly")
    }
  }

  /// `[batch, length, heads · size]` as `[batch, heads, length, size]`.
  package static func split(_ tensor: Tensor, heads: Int, input: Int) throws -> Tensor {
    let shape = tensor.shape
    guard shape.count == 3 else { throw OperatorError.rank(input: input, expected: "3", found: shape.count) }
    guard heads > 0, shape[2] % heads == 0 else {
      throw OperatorError.invalid("input \(input): \(shape[2]) features do not fall into \(heads) heads")
    }
    let size = shape[2] / heads
    return try tensor.strided(
      shape: [shape[0], heads, shape[1], size], strides: [shape[1] * shape[2], size, shape[2], 1])
  }

  /// `[batch, heads, length, size]` as `[batch, length, heads · size]`.
  package static func joined(_ tensor: Tensor) throws -> Tensor {
    let shape = tensor.shape
    let (length, size) = (shape[2], shape[3])
    return try tensor.strided(
      shape: [shape[0], length, shape[1], size],
      strides: [shape[1] * length * size, size, length * size, 1]
    ).reshaped([shape[0], length, shape[1] * size])
  }

  /// The same with queries and keys multiplied by the root of a scale; 1 / √size if none is given.
  package func scaled(by scale: Float?) throws -> AttentionHeads {
    func scaled<T: FloatingScalar>(_ tensor: Tensor, _: T.Type) throws -> Tensor {
      let root = ShortRounding(tensor.elementType)(T.sqrt(scale.map { T($0) } ?? 1 / T.sqrt(T(size))))
      return try tensor.mapValues(as: T.self) { $0 * root }
    }
    func scaled(_ tensor: Tensor) throws -> Tensor {
      try tensor.elementType == .float64 ? scaled(tensor, Double.self) : scaled(tensor, Float.self)
    }
    return try AttentionHeads(queries: scaled(queries), keys: scaled(keys), values: values)
  }

  /// Computes `modify(scores) · values` head by head.
  /// - Parameters:
  ///   - modify: turns the products `queries · keysᵀ` of a head `[length, keyLength]` into probabilities.
  /// - Returns: the result in heads, of the type computed in.
  package func attend<T: BLASScalar>(
    _ modify: (_ batch: Int, _ head: Int, _ scores: UnsafeMutablePointer<T>) throws -> Void
  ) throws -> Tensor {
    let (group, rows, columns) = (keyHeads == 0 ? 1 : heads / keyHeads, length, keyLength)
    let count = rows.multipliedReportingOverflow(by: columns)
    guard !count.overflow else { throw OperatorError.limit("\(rows) queries of \(columns) keys") }
    return try queries.withValues(as: T.self) { queries in
      try keys.withValues(as: T.self) { keys in
        try values.withValues(as: T.self) { values in
          try Tensor(T.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
            guard let start = target.baseAddress, !target.isEmpty else { return }
            try withScratch(T.self, count: count.partialValue) { scores in
              for index in 0..<batch * heads {
                let shared = index / heads * keyHeads + index % heads / group
                try T.multiply(
                  BLAS.Matrix(UnsafeRawPointer(queries.start + index * rows * size), rowStride: max(size, 1)),
                  BLAS.Matrix(
                    UnsafeRawPointer(keys.start + shared * columns * size), rowStride: max(size, 1), isTransposed: true),
                  into: scores, rowStride: max(columns, 1), m: rows, n: columns, k: size, alpha: 1, beta: 0)
                try WorkBudget.current.charge(count.partialValue, times: 20 * WorkBudget.Cost.step)
                try modify(index / heads, index % heads, scores)
                try T.multiply(
                  BLAS.Matrix(UnsafeRawPointer(scores), rowStride: max(columns, 1)),
                  BLAS.Matrix(UnsafeRawPointer(values.start + shared * columns * valueSize), rowStride: valueSize),
                  into: start + index * rows * valueSize, rowStride: valueSize, m: rows, n: valueSize, k: columns,
                  alpha: 1, beta: 0)
              }
            }
          }
        }
      }
    }
  }
}

extension UnsafeMutableBufferPointer where Element: FloatingScalar {
  /// Replaces the elements by their softmax; all zeros if every element is negative infinity.
  package func softmax(rounding: ShortRounding = .none) {
    guard var largest = first else { return }
    for value in self where value > largest || value.isNaN { largest = value }
    guard largest != -.infinity else { return update(repeating: 0) }
    for i in indices { self[i] = rounding(Element.exp(rounding(self[i] - largest))) }
    let sum = sum(rounding: rounding)
    for i in indices { self[i] = rounding(self[i] / sum) }
  }

  /// The sum; sixteen numbers at a time are added up in the type that is rounded to, as NumPy does with bfloat16, which
  /// would lose everything in a longer row.
  private func sum(rounding: ShortRounding) -> Element {
    var (total, part): (Element, Element) = (0, 0)
    for i in indices {
      part = rounding == .bfloat16 ? rounding(part + self[i]) : part + self[i]
      if i % 16 == 15 { (total, part) = (total + part, 0) }
    }
    return rounding(total + part)
  }
}
