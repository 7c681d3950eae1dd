import CNNTensors

/// A sparse constant in coordinate form.
public struct SparseTensor: Sendable {
  /// The non-zero values, `[NNZ]`.
  public let values: Tensor
  /// Linear indices `[NNZ]` or coordinates `[NNZ, rank]`, `int64`.
  public let indices: Tensor
  /// The dense tensor's extents.
  public let shape: [Int]

  /// Puts the parts together; they are checked when the tensor is made dense.
  public init(values: Tensor, indices: Tensor, shape: [Int]) {
    (self.values, self.indices, self.shape) = (values, indices, shape)
  }

  /// The dense tensor, zero if nothing is stored.
  public func dense() throws -> Tensor {
    let count = try Tensor.elementCount(of: shape)
    let coordinates = try indices.values(as: Int64.self)
    let stored = values.count
    guard let width = Optional(values.elementType.bitWidth / 8), width > 0 else {
      throw OperatorError.unsupported("a sparse tensor of \(values.elementType)")
    }
    let linear: [Int]
    if indices.rank == 2 {
      guard indices.shape[0] == stored, indices.shape[1] == shape.count else {
        throw OperatorError.invalid(
          "sparse indices of shape \(indices.shape) for \(stored) values of rank \(shape.count)")
      }
      linear = try (0..<stored).map { row in
        var index = 0
        for (axis, extent) in shape.enumerated() {
          let coordinate = Int(coordinates[row * shape.count + axis])
          guard coordinate >= 0, coordinate < extent else {
            throw OperatorError.invalid("sparse index \(coordinate) outside 0..<\(extent)")
          }
          index = index * extent + coordinate
        }
        return index
      }
    } else {
      linear = coordinates.map(Int.init)
    }
    guard linear.count == stored, linear.allSatisfy({ $0 >= 0 && $0 < count }) else {
      throw OperatorError.invalid("sparse indices outside the tensor")
    }
    return try Tensor(values.elementType, shape: shape) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      values.withBytes { source in
        for (position, index) in linear.enumerated() {
          for byte in 0..<width { bytes[index * width + byte] = source[position * width + byte] }
        }
      }
    }
  }
}
