import CNNTensors

/// The identifier by which a pickle refers to a storage outside of it:
/// `('storage', class, key, device, elements)`, in legacy streams with `(key, offset, elements)` of a view behind.
struct TorchStorageReference {
  /// The name of the storage.
  let key: String
  /// The type of its elements.
  let type: TorchType
  /// Bytes of the whole storage.
  let byteCount: Int
  /// The range of its bytes that a view covers; `nil` if it is no view.
  let view: Range<Int>?

  /// Reads the identifier that `value` is; `nil` if it is not one, or if its numbers are invalid.
  init?(_ value: PickleValue, in tree: PickleTree) {
    var value = value
    // torch.storage.TypedStorage(…) of newer pickles wraps the identifier.
    if let object = tree.object(value), object.kind == .instance,
      case .storageType? = tree.role(object.type), let inner = tree.items(object.arguments)?.first
    {
      value = inner
    }
    guard let object = tree.object(value), object.kind == .persistent, let parts = tree.items(object.arguments),
      parts.count >= 5, tree.text(parts[0]) == "storage", let key = tree.label(parts[2]),
      let count = tree.integer(parts[4]), count >= 0
    else { return nil }
    guard case .storageType(let type)? = tree.role(parts[1]), let width = type.width else { return nil }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow else { return nil }
    (self.key, self.type, self.byteCount) = (key, type, byteCount)
    guard parts.count > 5, parts[5] != .none else {
      view = nil
      return
    }
    guard let metadata = tree.items(parts[5]), metadata.count == 3, let offset = tree.integer(metadata[1]),
      let length = tree.integer(metadata[2]), offset >= 0, length >= 0, offset <= count, length <= count - offset
    else { return nil }
    view = offset * width..<(offset + length) * width
  }
}
