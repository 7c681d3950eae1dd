import CNNGraphs
import CNNTensors
import COpenBLAS

/// Matrix products by OpenBLAS, loaded on first use. Matrices are row-major and may lie at any address.
package enum BLAS {
  /// - Throws: ``OperatorError/unsupported(_:)`` if the library is missing, ``OperatorError/limit(_:)`` if there is no
  ///   room for it.
  package static func load() throws {
    guard let failure = cnn_blas_load() else { return }
    let reason = String(cString: failure)
    throw cnn_blas_lacks_room() != 0 ? OperatorError.limit(reason) : OperatorError.unsupported(reason)
  }

  /// A matrix operand: where it starts, elements from one row to the next, and whether its transpose is meant.
  package struct Matrix {
    let start: UnsafeRawPointer
    let rowStride: Int
    let isTransposed: Bool

    package init(_ start: UnsafeRawPointer, rowStride: Int, isTransposed: Bool = false) {
      (self.start, self.rowStride, self.isTransposed) = (start, rowStride, isTransposed)
    }

    /// Where a row of the matrix that is meant begins.
    fileprivate func row(_ index: Int, width: Int) -> UnsafeRawPointer {
      start + index * (isTransposed ? 1 : rowStride) * width
    }
  }
}

/// The two types OpenBLAS multiplies.
package protocol BLASScalar: FloatingScalar {
  /// `C[m, n] = alpha · A[m, k] · B[k, n] + beta · C`.
  static func multiply(
    _ a: BLAS.Matrix, _ b: BLAS.Matrix, into c: UnsafeMutablePointer<Self>, rowStride: Int,
    m: Int, n: Int, k: Int, alpha: Self, beta: Self
  ) throws
}

extension BLAS {
  fileprivate static func scale<T: BLASScalar>(
    _ c: UnsafeMutablePointer<T>, _ rowStride: Int, _ m: Int, _ n: Int, _ beta: T
  ) {
    for row in 0..<m {
      for column in 0..<n { c[row * rowStride + column] = beta == 0 ? 0 : c[row * rowStride + column] * beta }
    }
  }

  /// Calls `body` for some rows of the result at a time, few enough for a deadline to be noticed between two calls, after
  /// their work has been charged.
  @inline(__always)
  fileprivate static func forEachBlock(
    _ m: Int, _ n: Int, _ k: Int, cost: Int, _ body: (_ first: Int, _ count: Int) -> Void
  ) throws {
    let budget = WorkBudget.current
    let row = n.saturatingMultiplied(by: k).saturatingMultiplied(by: cost)
    let most = max(1, 2_000_000_000 / max(row, 1))
    var first = 0
    while first < m {
      let count = min(most, m - first)
      try budget.charge(count.saturatingMultiplied(by: row))
      body(first, count)
      first += count
    }
  }

  fileprivate static func check(_ sizes: Int...) throws {
    try load()
    guard sizes.allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw OperatorError.limit("a matrix side of more than 2^31")
    }
  }
}

extension Float: BLASScalar {
  package static func multiply(
    _ a: BLAS.Matrix, _ b: BLAS.Matrix, into c: UnsafeMutablePointer<Float>, rowStride: Int,
    m: Int, n: Int, k: Int, alpha: Float, beta: Float
  ) throws {
    guard m > 0, n > 0 else { return }
    guard k > 0 else { return BLAS.scale(c, rowStride, m, n, beta) }
    try BLAS.check(m, n, k, a.rowStride, b.rowStride, rowStride)
    // sgemm is many times slower than sgemv for a single row or column.
    if n == 1, rowStride == 1, b.isTransposed || b.rowStride == 1 {
      try WorkBudget.current.charge(m.saturatingMultiplied(by: k).saturatingMultiplied(by: 5))
      let (rows, columns) = a.isTransposed ? (k, m) : (m, k)
      cnn_sgemv(
        a.isTransposed ? 1 : 0, Int32(rows), Int32(columns), alpha, a.start, Int32(a.rowStride), b.start, beta, c)
    } else if m == 1, !a.isTransposed || a.rowStride == 1 {
      try WorkBudget.current.charge(n.saturatingMultiplied(by: k).saturatingMultiplied(by: 5))
      let (rows, columns) = b.isTransposed ? (n, k) : (k, n)
      cnn_sgemv(
        b.isTransposed ? 0 : 1, Int32(rows), Int32(columns), alpha, b.start, Int32(b.rowStride), a.start, beta, c)
    } else {
      try BLAS.forEachBlock(m, n, k, cost: WorkBudget.Cost.multiplyAdd) { first, count in
        cnn_sgemm(
          a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(count), Int32(n), Int32(k), alpha,
          a.row(first, width: MemoryLayout<Float>.stride), Int32(a.rowStride), b.start, Int32(b.rowStride), beta,
          c + first * rowStride, Int32(rowStride))
      }
    }
  }
}

extension Double: BLASScalar {
  package static func multiply(
    _ a: BLAS.Matrix, _ b: BLAS.Matrix, into c: UnsafeMutablePointer<Double>, rowStride: Int,
    m: Int, n: Int, k: Int, alpha: Double, beta: Double
  ) throws {
    guard m > 0, n > 0 else { return }
    guard k > 0 else { return BLAS.scale(c, rowStride, m, n, beta) }
    try BLAS.check(m, n, k, a.rowStride, b.rowStride, rowStride)
    try BLAS.forEachBlock(m, n, k, cost: 2 * WorkBudget.Cost.multiplyAdd) { first, count in
      cnn_dgemm(
        a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(count), Int32(n), Int32(k), alpha,
        a.row(first, width: MemoryLayout<Double>.stride), Int32(a.rowStride), b.start, Int32(b.rowStride), beta,
        c + first * rowStride, Int32(rowStride))
    }
  }
}

extension Tensor {
  /// All elements as `T`s at any address, for ``BLAS``: never copied if the tensor holds `T`s.
  package func withMatrix<T: BLASScalar, R>(as _: T.Type, _ body: (UnsafeRawPointer) throws -> R) throws -> R {
    let empty = UnsafeRawPointer(bitPattern: Storage.alignment)!
    let matrix =
      try elementType == T.elementType ? self : Tensor(T.elementType, shape: shape, storage: valueStorage(as: T.self))
    return try matrix.withBytes { try body($0.baseAddress ?? empty) }
  }
}
