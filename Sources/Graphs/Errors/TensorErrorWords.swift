import CNNTensors

extension TensorError {
  /// What is wrong, in one line.
  public var message: String {
    switch self {
    case .negativeDimension(let shape): "negative dimension in shape \(shape)"
    case .tooLarge(let shape, let type): "a \(type) tensor of shape \(shape) is too large to address"
    case .storageSize(let expected, let found): "\(expected) bytes expected, \(found) found"
    case .range(let offset, let count, let available): "\(count) bytes at offset \(offset) of \(available)"
    case .elementType(let expected, let found): "element type \(expected) expected, \(found) found"
    case .conversion(let from, let to): "there is no conversion from \(from) to \(to)"
    case .index(let index, let shape): "there is no element \(index) in a tensor of shape \(shape)"
    case .ragged(let depth): "nested arrays have different lengths at depth \(depth)"
    case .outOfMemory(let requested, let limit): "\(requested) more bytes would pass the memory limit of \(limit)"
    case .noMemory(let requested): "the system does not give \(requested) more bytes"
    }
  }
}
