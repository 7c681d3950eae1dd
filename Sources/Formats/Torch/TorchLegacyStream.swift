import CNNTensors

/// What `torch.save` wrote before PyTorch 1.6: five pickles one after the other (a magic number, the protocol's version,
/// a description of the machine, the object, the keys of its storages), then each storage as its number of elements and
/// its bytes, little-endian on every machine.
final class TorchLegacyStream: TorchStorages {
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
  private static let magicDigits = Array("119547037146038801333356L".utf8)
  private static let version = 1001
  private static let elementLimit = 1 << 56

  private let source: Storage
  private var storages: [String: Storage] = [:]
  /// The object that was saved.
  let tree: PickleTree

  let isBigEndian = false
  var byteCount: Int { source.byteCount }

  /// True if bytes begin with the magic number, in any of the pickle protocols.
  static func isMagic(_ head: UnsafeRawBufferPointer) -> Bool {
    let binary = [UInt8(0x8a), UInt8(magic.count)] + magic
    let start = head.prefix(32)
    return start.first == 0x80 && (start.dropFirst(2).starts(with: binary) || start.dropFirst(11).starts(with: binary))
      || start.dropFirst(1).starts(with: magicDigits) && start.first == 0x4c
  }

  /// Reads the pickles and finds the storages, whose bytes stay where they are.
  /// - Throws: ``FormatError``.
  init(_ source: Storage) throws {
    self.source = source
    let version = try PickleMachine.read(source, at: try PickleMachine.read(source).end)
    guard case .integer(Self.version) = version.root else {
      throw FormatError.checkpoint(.legacyVersion(version.integer(version.root)))
    }
    let machine = try PickleMachine.read(source, at: version.end)
    let tree = try PickleMachine.read(source, at: machine.end)
    self.tree = tree
    let keys = try PickleMachine.read(source, at: tree.end)
    guard let names = keys.items(keys.root) else { throw FormatError.checkpoint(.legacyKeys) }
    let widths = Self.widths(tree)
    var position = keys.end
    for name in names {
      guard let key = keys.label(name), let width = widths[key] else { throw FormatError.checkpoint(.legacyKeys) }
      position = try add(key, width: width, at: position)
    }
  }

  func storage(_ key: String) throws -> Storage? { storages[key] }

  private func add(_ key: String, width: Int, at position: Int) throws -> Int {
    let available = source.byteCount - position
    guard available >= 8 else { throw FormatError.cutShort(.storage(key, expected: nil, found: max(available, 0))) }
    let count = source.withBytes { $0.number(Int64.self, at: position) }
    guard 0...Int64(Self.elementLimit) ~= count else { throw FormatError.checkpoint(.legacyCount(key, at: position)) }
    let byteCount = Int(count) * width
    guard byteCount <= available - 8 else {
      throw FormatError.cutShort(.storage(key, expected: byteCount, found: available - 8))
    }
    storages[key] = try Storage(part: source, offset: position + 8, count: byteCount)
    return position + 8 + byteCount
  }

  /// Bytes of an element of each storage that the object refers to.
  private static func widths(_ tree: PickleTree) -> [String: Int] {
    var widths: [String: Int] = [:]
    for object in tree.objects where object.kind == .persistent {
      guard let parts = tree.items(object.arguments), parts.count >= 5, tree.text(parts[0]) == "storage",
        let key = tree.label(parts[2]), case .storageType(let type)? = tree.role(parts[1])
      else { continue }
      widths[key] = type.width
    }
    return widths
  }
}
