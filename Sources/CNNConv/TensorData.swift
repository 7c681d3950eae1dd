import CNNTensors
import FoundationEssentials

extension Tensor {
  /// A tensor of bytes in row-major order, in this machine's byte order; elements narrower than a byte are packed, the
  /// first in the low bits.
  /// - Throws: ``TensorError`` if the number of bytes is not that of `shape` and `elementType`.
  public init(data: Data, elementType: ElementType, shape: [Int]) throws {
    let storage = try data.withUnsafeBytes { try Storage(copying: $0) }
    try self.init(elementType, shape: shape, storage: storage)
  }

  /// A copy of the elements' bytes in row-major order, in this machine's byte order; empty for strings.
  public var data: Data { withBytes { Data($0) } }
}
