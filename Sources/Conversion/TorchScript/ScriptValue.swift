import CNNFormats
import CNNGraphs
import CNNTensors

/// A value of a TorchScript program while it is read.
enum ScriptValue {
  /// A tensor, a number, a text, `None`.
  case plain(AtenValue)
  /// A list, which all who hold it see change.
  case list(ScriptList)
  /// A tuple; the names of its parts if it is a named one.
  case tuple([ScriptValue], fields: [String])
  /// A dictionary, which all who hold it see change.
  case dictionary(ScriptDictionary)
  /// A module, or an object of another class.
  case object(ScriptObject)
  /// A function that has been named and not called yet.
  case function(ScriptFunction)
  /// A class that has been named.
  case type(ScriptClass)
  /// What stands for a value on a way that is never gone.
  case undefined

  /// `None`.
  static var none: ScriptValue { .plain(.none) }

  /// A list of these.
  static func list(_ items: [ScriptValue]) -> ScriptValue { .list(ScriptList(items)) }

  /// What an operator gives back.
  init(_ value: AtenValue) {
    if case .list(let items) = value { self = .list(items.map { ScriptValue($0) }) } else { self = .plain(value) }
  }

  /// What it is, in words.
  var kind: String {
    switch self {
    case .plain(let value): value.kind
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .object(let object): "an object of \(object.type.name.inSentence)"
    case .function(let function): "the function \(function.name.inSentence)"
    case .type(let type): "the class \(type.name.inSentence)"
    case .undefined: "a value that was never set"
    }
  }

  /// True for `None`.
  var isNone: Bool { if case .plain(let value) = self { value.isNone } else { false } }

  /// True for what holds other values.
  var isContainer: Bool {
    switch self {
    case .list, .tuple, .dictionary, .object: true
    default: false
    }
  }

  /// True if there is a tensor in it.
  func holdsTensor(depth: Int = 0) throws -> Bool {
    if case .plain(let value) = self { return value.isTensor }
    guard let items else { return false }
    try Self.check(depth)
    return try items.contains { try $0.holdsTensor(depth: depth + 1) }
  }

  /// Charges one step of a walk through what a value holds.
  /// - Throws: `ConversionError` of code `limit` for what is nested deeper than any value that makes sense: a list may
  ///   hold itself.
  static func check(_ depth: Int) throws {
    guard depth < 32 else { throw ConversionError(.limit, "lists and tuples are nested more than 32 deep") }
    try WorkBudget.current.charge(ScriptInterpreter.cost / 10)
  }

  /// The parts of a list or tuple.
  var items: [ScriptValue]? {
    switch self {
    case .list(let list): list.items
    case .tuple(let items, _): items
    default: nil
    }
  }

  /// The value as an argument of an operator.
  func argument(depth: Int = 0) throws -> AtenValue {
    if case .plain(let value) = self { return value }
    guard let items else { throw ConversionError(.unsupported, "an operator is given \(kind)") }
    try Self.check(depth)
    return .list(try items.map { try $0.argument(depth: depth + 1) })
  }
}

/// A list that changes where it is.
final class ScriptList {
  private(set) var items: [ScriptValue]
  /// True for one that must not change here: what changes would be lost, or outlive the run.
  let isFixed: Bool

  init(_ items: [ScriptValue], isFixed: Bool = false) { (self.items, self.isFixed) = (items, isFixed) }

  /// Changes the list.
  func change(_ body: (inout [ScriptValue]) throws -> Void) throws {
    guard !isFixed else {
      throw ConversionError(.unsupported, "a list is changed that comes from outside of this branch, loop or run")
    }
    try body(&items)
  }
}

/// A dictionary that changes where it is; its pairs keep their order.
final class ScriptDictionary {
  /// What may be a key.
  enum Key: Hashable {
    case text(String)
    case integer(Int)
    case real(Double)
  }

  private(set) var pairs: [(key: Key, value: ScriptValue)] = []
  private var places: [Key: Int] = [:]
  let isFixed: Bool

  init(_ pairs: [(key: Key, value: ScriptValue)] = [], isFixed: Bool = false) {
    self.isFixed = isFixed
    for pair in pairs { put(pair.value, at: pair.key) }
  }

  subscript(key: Key) -> ScriptValue? { places[key].map { pairs[$0].value } }

  func set(_ value: ScriptValue, at key: Key) throws {
    guard !isFixed else {
      throw ConversionError(.unsupported, "a dictionary is changed that comes from outside of this branch, loop or run")
    }
    put(value, at: key)
  }

  private func put(_ value: ScriptValue, at key: Key) {
    if let place = places[key] {
      pairs[place].value = value
    } else {
      places[key] = pairs.count
      pairs.append((key, value))
    }
  }
}

extension ScriptDictionary.Key {
  /// The key that a value is.
  init(_ value: ScriptValue) throws {
    switch value {
    case .plain(.string(let text)): self = .text(text)
    case .plain(.float(let number)): self = .real(number)
    case .plain(let plain):
      guard let integer = plain.integer else {
        throw ConversionError(.unsupported, "a dictionary's key is \(plain.kind)")
      }
      self = .integer(integer)
    default: throw ConversionError(.unsupported, "a dictionary's key is \(value.kind)")
    }
  }

  /// The key as a value.
  var value: ScriptValue {
    switch self {
    case .text(let text): .plain(.string(text))
    case .integer(let number): .plain(.int(number))
    case .real(let number): .plain(.float(number))
    }
  }

  /// The key in a name.
  var words: String {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    }
  }
}

/// A module, or an object of another class of the archive's source.
final class ScriptObject {
  let type: ScriptClass
  /// What the archive stores of it; `nil` for an object that the program makes.
  let stored: StoredScriptObject?
  /// The way to it from the top, such as `layer1.0.conv1`.
  let path: String
  /// Attributes that the program has set or looked at.
  var values: [String: ScriptValue] = [:]
  /// Attributes of a stored object that were looked at before anything was written to them.
  var wasRead: Set<String> = []
  /// True for one that must not change here.
  var isFixed = false
  private let storedValues: [String: StoredScriptValue]

  init(_ type: ScriptClass, stored: StoredScriptObject?) {
    (self.type, self.stored) = (type, stored)
    path = stored?.path ?? ""
    storedValues = Dictionary(stored?.attributes.map { ($0.name, $0.value) } ?? []) { $1 }
  }

  /// What the archive stores of an attribute.
  func storedValue(_ name: String) -> StoredScriptValue? { storedValues[name] }
}
