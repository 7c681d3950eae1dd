import CNNTensors

/// Tensors on their way into a state dictionary, and those that cannot be used.
struct TensorCollection {
  private static let remarkLimit = 16
  private static let tensorLimit = 1 << 20
  private static let keyLimit = 64 << 20

  private var keyByteCount = 0
  private(set) var entries: [StateDictionary.Entry] = []
  private(set) var unusable: [(key: String, reason: String)] = []

  /// Adds the tensor of a record; values that are none are passed over.
  mutating func add(_ value: PickleValue, key: String, _ tensors: TorchTensorReader) throws {
    switch try tensors.tensor(value, key: key) {
    case .tensor(let tensor): entries.append(StateDictionary.Entry(key: key, tensor: tensor))
    case .unusable(let reason): unusable.append((key, reason))
    case nil: break
    }
    keyByteCount += key.utf8.count
    guard keyByteCount <= Self.keyLimit, entries.count + unusable.count <= Self.tensorLimit else {
      throw FormatError.checkpoint(.tooManyTensors(limit: Self.tensorLimit))
    }
  }

  /// The tensors left out, in words.
  var remarks: [String] {
    var remarks = unusable.prefix(Self.remarkLimit).map { "tensor \($0.key.quoted) \($0.reason) and was left out" }
    if unusable.count > Self.remarkLimit {
      remarks.append("\(unusable.count - Self.remarkLimit) more tensors were left out for such reasons")
    }
    return remarks
  }
}
