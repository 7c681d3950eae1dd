import CNNTensors

/// The list of tensors and the files they are in, `{"metadata": {…}, "weight_map": {KEY: FILE}}`, as
/// `model.safetensors.index.json` and `pytorch_model.bin.index.json` hold it.
struct ShardIndex {
  private static let mapKey = "\"weight_map\""
  /// What is looked at to tell an index; what stands before the list is short.
  private static let recognitionLimit = 1 << 16
  static let shardLimit = 4096

  /// The file of each tensor, in the index's order.
  let places: [(key: String, shard: String)]
  /// The files, each once, by name.
  let shards: [String]

  /// True if a file begins as an index does.
  static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(recognitionLimit)
    guard start.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else { return false }
    return start.holds(mapKey.utf8)
  }

  /// Reads an index.
  /// - Throws: ``ShardFault``, ``JSONFault``.
  init(_ bytes: Storage) throws {
    let root = try JSONDocument(bytes).root
    let maps = (root.members ?? []).filter { $0.key == "weight_map" }
    guard let map = maps.first?.value, let members = map.members else {
      throw ShardFault.index("an object \"weight_map\"", at: root.position)
    }
    guard maps.count == 1 else { throw ShardFault.repeatedKey("weight_map") }
    var known: Set<String> = []
    known.reserveCapacity(members.count)
    places = try members.map { key, value in
      guard let shard = value.string else { throw ShardFault.index("the name of a file", at: value.position) }
      guard known.insert(key).inserted else { throw ShardFault.repeatedKey(key) }
      guard ContainedFolder.isPlain(shard) else { throw ShardFault.unsafeName(shard) }
      return (key, shard)
    }
    guard !places.isEmpty else { throw ShardFault.index("a tensor", at: map.position) }
    shards = Set(places.map(\.shard)).sorted()
    guard shards.count <= Self.shardLimit else { throw ShardFault.tooMany(shards.count, limit: Self.shardLimit) }
  }
}

extension Slice<UnsafeRawBufferPointer> {
  /// True if the bytes of a text stand somewhere.
  fileprivate func holds(_ text: String.UTF8View) -> Bool {
    guard let first = text.first else { return true }
    var rest = self[...]
    while let place = rest.firstIndex(of: first) {
      rest = rest[place...]
      if rest.starts(with: text) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
