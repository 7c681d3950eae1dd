import CNNGraphs
import CNNTensors

/// The sizes of a matrix product with the rules of NumPy's `matmul`: the last two axes are matrices, the others are
/// broadcast; an operand of rank 1 is a row in front and a column behind, and that axis is missing in the result.
package struct MatrixProduct: Sendable {
  package let m: Int
  package let n: Int
  package let k: Int
  package let shape: [Int]
  /// The result's shape with the axes that a vector misses.
  package let matrixShape: [Int]
  /// For each matrix of the result, where the operands' matrices start.
  private let starts: [(a: Int, b: Int)]

  /// - Throws: ``OperatorError`` if the shapes do not fit together.
  package init(_ a: [Int], _ b: [Int]) throws {
    for (index, shape) in [a, b].enumerated() where shape.isEmpty {
      throw OperatorError.rank(input: index, expected: "1 or more", found: 0)
    }
    let (left, right) = (a.count == 1 ? [1] + a : a, b.count == 1 ? b + [1] : b)
    let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
    guard right[right.count - 2] == k else {
      throw OperatorError.invalid("matrices of shapes \(a) and \(b) cannot be multiplied")
    }
    let (batchA, batchB) = (Array(left.dropLast(2)), Array(right.dropLast(2)))
    let batch = try Broadcast(batchA, batchB).shape
    matrixShape = batch + [m, n]
    shape = batch + (a.count == 1 ? [] : [m]) + (b.count == 1 ? [] : [n])
    let isEmpty = try Tensor.elementCount(of: matrixShape) == 0
    // A batch of rows times one matrix is one product.
    if batchB.allSatisfy({ $0 == 1 }), !isEmpty {
      (self.m, self.n, self.k) = (batch.reduce(m, *), n, k)
      starts = [(0, 0)]
      return
    }
    (self.m, self.n, self.k) = (m, n, k)
    // Where each of the matrices of a batch starts is a list in memory, too.
    let count = isEmpty ? 0 : batch.reduce(1, *)
    guard count <= MemoryBudget.current.limit / 64 else {
      throw TensorError.outOfMemory(
        requested: count.saturatingMultiplied(by: 32), limit: MemoryBudget.current.limit)
    }
    func indices(_ own: [Int], _ step: Int) throws -> [Int] {
      let padded = Array(repeating: 1, count: batch.count - own.count) + own
      return try Tensor.linearIndices(
        shape: batch, strides: zip(padded, padded.strides).map { $0 == 1 ? 0 : $1 * step })
    }
    starts = isEmpty ? [] : try zip(indices(batchA, m * k), indices(batchB, k * n)).map { ($0, $1) }
  }

  /// The product's shape as far as it is known.
  package static func infer(_ a: [Dimension]?, _ b: [Dimension]?) throws -> [Dimension]? {
    guard let a, let b else { return nil }
    for (index, shape) in [a, b].enumerated() where shape.isEmpty {
      throw OperatorError.rank(input: index, expected: "1 or more", found: 0)
    }
    if let left = a.last?.value, let right = b[max(b.count - 2, 0)].value, left != right {
      throw OperatorError.invalid("matrices of shapes \(a) and \(b) cannot be multiplied")
    }
    let batch = try Broadcast.infer([Array(a.dropLast(2)), Array(b.dropLast(2))]) ?? []
    return batch + (a.count == 1 ? [] : [a[a.count - 2]]) + (b.count == 1 ? [] : [b[b.count - 1]])
  }

  /// Multiplies by OpenBLAS; the operands may lie at any address.
  package func multiply<T: BLASScalar>(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, into target: UnsafeMutableBufferPointer<T>
  ) throws {
    guard let result = target.baseAddress, !target.isEmpty else { return }
    let width = MemoryLayout<T>.stride
    for (index, start) in starts.enumerated() {
      try T.multiply(
        BLAS.Matrix(a + start.a * width, rowStride: max(k, 1)), BLAS.Matrix(b + start.b * width, rowStride: max(n, 1)),
        into: result + index * m * n, rowStride: n, m: m, n: n, k: k, alpha: 1, beta: 0)
    }
  }

  /// The matrix product of two `float64` tensors. Sums of 8-bit products are exact in it.
  package static func multiply(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let product = try MatrixProduct(a.shape, b.shape)
    return try a.withMatrix(as: Double.self) { left in
      try b.withMatrix(as: Double.self) { right in
        try Tensor(.float64, shape: product.shape) { (target: UnsafeMutableBufferPointer<Double>) in
          try product.multiply(left, right, into: target)
        }
      }
    }
  }

  /// Multiplies in any type.
  package func multiply<T: ArithmeticScalar>(
    _ a: UnsafeBufferPointer<T>, _ b: UnsafeBufferPointer<T>, into target: UnsafeMutableBufferPointer<T>
  ) throws {
    target.update(repeating: .zero)
    let budget = WorkBudget.current
    for (index, start) in starts.enumerated() {
      for row in 0..<m {
        try budget.charge(k.saturatingMultiplied(by: n), times: WorkBudget.Cost.step)
        let first = (index * m + row) * n
        for inner in 0..<k {
          let factor = a[start.a + row * k + inner]
          let other = start.b + inner * n
          for column in 0..<n {
            target[first + column] = T.adding(target[first + column], T.multiplying(factor, b[other + column]))
          }
        }
      }
    }
  }

  /// The elements of the result times what each sums over.
  package static func multiplyAccumulates(_ a: ValueType?, output: ValueType?) -> Int? {
    guard let k = a?.tensor?.fixedShape?.last, let shape = output?.tensor?.fixedShape,
      let count = try? Tensor.elementCount(of: shape)
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: k)
    return overflow ? nil : product
  }
}
