import CNNTensors

/// What makes two stored tensors one: their bytes if they are few, otherwise the place where these lie.
struct TensorIdentity: Hashable {
  /// Larger tensors are not compared byte by byte.
  private static let limit = 4096

  private let type: ElementType
  private let shape: [Int]
  private let bytes: [UInt8]
  private let source: Storage.Source?
  private let offset: Int

  /// By type, shape and bytes; `nil` for strings and large tensors.
  init?(contentsOf tensor: Tensor) {
    guard tensor.strings == nil, tensor.byteCount <= Self.limit else { return nil }
    (type, shape, bytes) = (tensor.elementType, tensor.shape, tensor.withBytes { Array($0) })
    (source, offset) = (nil, 0)
  }

  /// By contents if the tensor is small, otherwise by the place of its bytes; `nil` for strings.
  init?(_ tensor: Tensor) {
    if let small = TensorIdentity(contentsOf: tensor) {
      self = small
      return
    }
    guard let place = tensor.storage?.place else { return nil }
    (type, shape, bytes) = (tensor.elementType, tensor.shape, [])
    (source, offset) = (place.source, place.offset)
  }
}
