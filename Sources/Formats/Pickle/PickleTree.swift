import CNNTensors

/// What a pickle holds: plain records, of which any may refer to any.
struct PickleTree {
  /// The bytes that texts lie in.
  let source: Storage
  var objects: [PickleObject] = []
  var globals: [PickleGlobal] = []
  var strings: [String] = []
  /// The value that the pickle stands for.
  var root = PickleValue.none
  /// Where the stream goes on behind the pickle.
  var end = 0

  init(source: Storage) { self.source = source }

  /// Longer texts are no names.
  private static let nameLimit = 1 << 10

  // MARK: Scalars

  /// A text that may be a name; broken UTF-8 is repaired.
  func text(_ value: PickleValue) -> String? { text(value, limit: Self.nameLimit) }

  private func text(_ value: PickleValue, limit: Int) -> String? {
    switch value {
    case .text(let offset, let count) where count <= limit:
      source.withBytes { String(decoding: $0[offset..<offset + count], as: UTF8.self) }
    case .respelledText(let number) where strings[number].utf8.count <= limit: strings[number]
    default: nil
    }
  }

  func integer(_ value: PickleValue) -> Int? {
    switch value {
    case .integer(let number): number
    case .boolean(let flag): flag ? 1 : 0
    default: nil
    }
  }

  /// A dictionary key or a name in words.
  func label(_ value: PickleValue) -> String? {
    text(value) ?? integer(value).map(String.init)
  }

  /// The bytes of a value that consists of bytes: a range of the source, or a copy if the pickle spells them as text.
  func bytes(_ value: PickleValue) throws -> Storage? {
    switch value {
    case .bytes(let offset, let count), .text(let offset, let count):
      return try Storage(part: source, offset: offset, count: count)
    case .object(let number):
      let object = objects[number]
      guard let role = role(object.type), let arguments = items(object.arguments) else { return nil }
      guard let first = arguments.first else {
        return role == .byteContainer ? try Storage(part: source, offset: 0, count: 0) : nil
      }
      if role == .byteContainer { return try bytes(first, spelledBy: nil) }
      guard role == .encode else { return nil }
      return try bytes(first, spelledBy: arguments.dropFirst().first.flatMap(text))
    default: return nil
    }
  }

  /// Bytes that Python 2 protocols write as the Latin-1 text of the same codes.
  private func bytes(_ value: PickleValue, spelledBy encoding: String?) throws -> Storage? {
    if case .bytes = value { return try bytes(value) }
    guard let text = text(value, limit: .max) else {
      // bytearray(b'…') holds the call that makes the bytes.
      guard encoding == nil, case .object(let number) = value, role(objects[number].type) == .encode else { return nil }
      return try bytes(value)
    }
    var codes: [UInt8] = []
    codes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard let code = UInt8(exactly: scalar.value) else { return nil }
      codes.append(code)
    }
    return try codes.withUnsafeBytes { try Storage(copying: $0) }
  }

  // MARK: Objects

  func object(_ value: PickleValue) -> PickleObject? {
    if case .object(let number) = value { objects[number] } else { nil }
  }

  func global(_ value: PickleValue) -> PickleGlobal? {
    if case .global(let number) = value { globals[number] } else { nil }
  }

  /// The role of a class or function, also of one that the stream wraps into an identifier with its source text.
  func role(_ type: PickleValue) -> PickleGlobal.Role? { global(unwrapped(type))?.role }

  /// The class behind the identifier `('module', class, file, source)`.
  func unwrapped(_ type: PickleValue) -> PickleValue {
    guard let object = object(type), object.kind == .persistent, let parts = items(object.arguments), parts.count >= 2,
      text(parts[0]) == "module"
    else { return type }
    return parts[1]
  }

  /// The elements of a tuple or list.
  func items(_ value: PickleValue) -> [PickleValue]? {
    guard let object = object(value) else { return nil }
    switch object.kind {
    case .tuple, .list: return object.items
    case .instance where role(object.type) == .sequence:
      // torch.Size((1, 2)): what is copied must not be such a call itself, or a chain of them would never end.
      guard let inner = self.object(self.object(object.arguments)?.items.first ?? .none) else { return [] }
      return inner.kind == .tuple || inner.kind == .list ? inner.items : nil
    default: return nil
    }
  }

  /// The name of the class or function that made a value, such as `collections.OrderedDict`.
  func typeName(_ value: PickleValue) -> String? {
    object(value).flatMap { global(unwrapped($0.type)) }?.name
  }

  /// The keys and values of a dictionary of any kind, in their order; `nil` for what is none.
  func pairs(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    guard let object = object(value) else { return nil }
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    // OrderedDict([[key, value], …]), as Python 2 wrote it, and Counter({…}).
    if role(object.type) == .dictionary, let first = items(object.arguments)?.first, let source = self.object(first) {
      if source.kind == .dictionary {
        pairs = Self.pairs(source.items)
      } else {
        for item in items(first) ?? [] {
          guard let pair = items(item), pair.count == 2 else { return nil }
          pairs.append((pair[0], pair[1]))
        }
      }
    } else if object.kind != .dictionary {
      return nil
    }
    return object.kind == .dictionary ? pairs + Self.pairs(object.items) : pairs
  }

  private static func pairs(_ items: [PickleValue]) -> [(key: PickleValue, value: PickleValue)] {
    stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  /// How many values ``pairs(_:)``, ``items(_:)`` and ``attributes(_:)`` of an object go through. Many objects may refer to
  /// one long list, so that whoever walks through a tree has to keep count.
  func cost(of object: PickleObject) -> Int {
    var cost = object.items.count
    for value in [object.state, items(object.arguments)?.first ?? .none] {
      guard let inner = self.object(value) else { continue }
      cost += inner.items.count + (self.object(inner.items.first ?? .none)?.items.count ?? 0)
    }
    return cost
  }

  /// The attributes of an instance: a dictionary, or the first of two, the second being those of slots.
  func attributes(_ object: PickleObject) -> [(key: PickleValue, value: PickleValue)]? {
    if let pairs = pairs(object.state) { return pairs }
    guard let parts = items(object.state), parts.count == 2 else { return nil }
    let (plain, slots) = (pairs(parts[0]), pairs(parts[1]))
    return plain == nil && slots == nil ? nil : (plain ?? []) + (slots ?? [])
  }
}
