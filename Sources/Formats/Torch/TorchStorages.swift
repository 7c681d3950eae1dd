import CNNTensors

/// Where the storages of a `torch.save` container lie.
protocol TorchStorages: AnyObject {
  /// True if the most significant byte of every element comes first.
  var isBigEndian: Bool { get }
  /// Bytes of the whole container, to which copies must stay in proportion.
  var byteCount: Int { get }
  /// The bytes of a storage, the same object every time; `nil` if the container has no storage of that key.
  func storage(_ key: String) throws -> Storage?
}
