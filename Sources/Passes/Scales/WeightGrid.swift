import CNNGraphs
import CNNTensors

/// Weights seen as `[rows, columns, taps]`, for a factor at each row and column.
struct WeightGrid {
  let tensor: Tensor
  let rows: Int
  let columns: Int
  let taps: Int

  /// The first axis, the second, and all others together.
  init?(_ tensor: Tensor) {
    guard tensor.rank >= 2, tensor.elementType.isFloatingPoint, tensor.count > 0 else { return nil }
    self.tensor = tensor
    (rows, columns, taps) = (tensor.shape[0], tensor.shape[1], tensor.shape[2...].reduce(1, *))
  }

  /// The weights times a factor, rounded once.
  /// - Throws: ``Refusal`` if a number does not fit the type any more.
  func scaled(by factor: (_ row: Int, _ column: Int) -> Double) throws -> Tensor {
    if tensor.elementType == .float32 {
      return try scaled(as: Float.self, .float32, factor)
    }
    return try scaled(as: Double.self, .float64, factor).rounded(to: tensor.elementType)
  }

  private func scaled<T: NumericScalar & BinaryFloatingPoint>(
    as _: T.Type, _ type: ElementType, _ factor: (Int, Int) -> Double
  ) throws -> Tensor {
    try tensor.withValues(as: T.self) { source in
      try Tensor(type, shape: tensor.shape) { (target: UnsafeMutableBufferPointer<T>) in
        var index = 0
        for row in 0..<rows {
          for column in 0..<columns {
            let factor = factor(row, column)
            for _ in 0..<taps {
              let value = T(Double(source[index]) * factor)
              if !value.isFinite, source[index].isFinite {
                throw Refusal.numbers(.tooLarge(tensor.elementType))
              }
              target[index] = value
              index += 1
            }
          }
        }
      }
    }
  }

  /// The sum over all weights of `values(row, column)` times the weight, gathered at `target(row, column)`.
  func gathered(
    count: Int, _ values: (_ row: Int, _ column: Int) -> Double, at target: (_ row: Int, _ column: Int) -> Int
  ) throws -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    try tensor.withValues(as: Double.self) { source in
      for row in 0..<rows {
        for column in 0..<columns {
          let value = values(row, column)
          guard value != 0 else { continue }
          let start = (row * columns + column) * taps
          sums[target(row, column)] += value * source[start..<start + taps].reduce(0, +)
        }
      }
    }
    return sums
  }
}
