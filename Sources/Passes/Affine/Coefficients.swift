import CNNTensors

/// The weights of a convolution or linear layer where they lie, read row by row.
struct Coefficients {
  let tensor: Tensor
  /// Output channels.
  let rows: Int
  /// Weights of each.
  let columns: Int
  /// True if a linear layer's weights are stored `[C, M]`.
  var isTransposed = false
  /// Multiplies all.
  var factor = 1.0
}

extension Coefficients {
  /// The weights of output channel `m`.
  func row(_ m: Int) throws -> [Double] {
    let (start, step) = isTransposed ? (m, rows) : (m * columns, 1)
    func read<T: BinaryFloatingPoint>(_ bytes: UnsafeRawBufferPointer, _: T.Type) -> [Double] {
      let size = MemoryLayout<T>.stride
      return [Double](unsafeUninitializedCapacity: columns) { target, count in
        for index in 0..<columns {
          target[index] =
            factor * Double(bytes.loadUnaligned(fromByteOffset: size * (start + step * index), as: T.self))
        }
        count = columns
      }
    }
    return try tensor.withBytes { bytes in
      switch tensor.elementType {
      case .float32: read(bytes, Float.self)
      case .float64: read(bytes, Double.self)
      case .float16: read(bytes, Float16.self)
      default: throw Refusal.numbers(.elementType(tensor.elementType))
      }
    }
  }
}
