import CNNGraphs
import CNNTensors

/// What quantised matrix products and convolutions have in common.
package enum QuantizedOperand {
  /// What a vector of scales or zero points belongs to.
  package enum Axis {
    /// The rows of a matrix: the last axis but one.
    case rows
    /// The columns of a matrix: the last axis.
    case columns
    /// The filters of a convolution's weights: the first axis.
    case filters
  }
}

extension Tensor {
  /// This parameter (a scale or zero point) with a shape that broadcasts to a tensor of `rank` axes.
  package func aligned(along axis: QuantizedOperand.Axis, rank: Int) throws -> Tensor {
    if count == 1 { return try reshaped([]) }
    guard self.rank == 1 else { return self }
    switch axis {
    case .rows: return try reshaped(rank >= 2 ? [count, 1] : [count])
    case .columns: return self
    case .filters: return try reshaped([count] + Array(repeating: 1, count: max(rank - 1, 0)))
    }
  }

  /// The values less their zero point, as `float64`.
  package func centered(at zeroPoint: Tensor?, along axis: QuantizedOperand.Axis) throws -> Tensor {
    guard let zeroPoint else { return try converted(to: .float64) }
    return try combined(with: zeroPoint.aligned(along: axis, rank: rank)) { $0 - $1 }
  }

  /// `f` of each value and what a parameter that broadcasts to this tensor has at its index, as `float64`.
  package func combined(with parameter: Tensor, _ f: (Double, Double) -> Double) throws -> Tensor {
    let broadcast = try Broadcast(shape, parameter.shape)
    guard broadcast.shape == shape else {
      throw OperatorError.invalid("a scale or zero point of shape \(parameter.shape) for a tensor of shape \(shape)")
    }
    return try withValues(as: Double.self) { values in
      try parameter.withValues(as: Double.self) { others in
        try Tensor(.float64, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
          broadcast.map(values, others, into: target, f)
        }
      }
    }
  }

  /// The values times `factors`, rounded to even, plus the zero point, saturated, in the zero point's type. Types with
  /// a fraction are not rounded to integers.
  package func quantized(by factors: Tensor, zeroPoint: Tensor) throws -> Tensor {
    let type = zeroPoint.elementType
    let zero = try zeroPoint.values(as: Double.self)
    guard zeroPoint.count == 1, let offset = zero.first else {
      throw OperatorError.unsupported("a zero point of shape \(zeroPoint.shape)")
    }
    if type.isFloatingPoint {
      return try combined(with: factors) { $0 * $1 + offset }.converted(to: type, saturating: true)
    }
    guard type.isInteger, type.bitWidth <= 32 else { throw OperatorError.unsupported("quantisation to \(type)") }
    let isSigned = type.numericKind == .signed
    let range = Double(sign: .plus, exponent: type.bitWidth - (isSigned ? 1 : 0), significand: 1)
    return try combined(with: factors) {
      let value = ($0 * $1).rounded(.toNearestOrEven) + offset
      return min(max(value, isSigned ? -range : 0), range - 1)
    }.converted(to: type)
  }
}
