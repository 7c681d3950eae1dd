import CNNTensors

/// The tensors of a checkpoint by key, in the file's order.
public struct StateDictionary: Sendable {
  /// One tensor and its name.
  public struct Entry: Sendable {
    /// The name, such as `layer1.0.conv1.weight`.
    public let key: String
    /// The tensor.
    public let tensor: Tensor

    /// Pairs a name and a tensor.
    public init(key: String, tensor: Tensor) { (self.key, self.tensor) = (key, tensor) }
  }

  /// All entries, each key once.
  public let entries: [Entry]
  private let indexOfKey: [String: Int]

  /// A dictionary of these entries. As in Python, a key that comes again keeps its place and takes the last tensor.
  public init(_ entries: [Entry]) {
    var unique: [Entry] = []
    var indexOfKey: [String: Int] = [:]
    unique.reserveCapacity(entries.count)
    indexOfKey.reserveCapacity(entries.count)
    for entry in entries {
      if let index = indexOfKey[entry.key] {
        unique[index] = entry
      } else {
        indexOfKey[entry.key] = unique.count
        unique.append(entry)
      }
    }
    (self.entries, self.indexOfKey) = (unique, indexOfKey)
  }

  /// The tensor of a key, found in constant time.
  public subscript(key: String) -> Tensor? { indexOfKey[key].map { entries[$0].tensor } }
}
