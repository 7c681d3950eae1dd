import CNNFormats
import CNNGraphs
import CNNSystem
import CNNTensors
import FoundationEssentials

/// Names of classes by number.
public struct ClassLabels: Sendable, Hashable {
  /// The key of a model's metadata under which names are kept.
  public static let metadataKey = "cnnconv.labels"
  /// The most bytes of a file of names.
  private static let limit = 16 << 20

  /// The names in order.
  public let names: [String]
  /// Where they come from.
  public let source: String

  /// Names in order.
  public init(_ names: [String], source: String = "the program") { (self.names, self.source) = (names, source) }

  /// The 1000 classes of ImageNet's challenge (ILSVRC 2012), in the order in which networks give them.
  public static let imageNet = ClassLabels(
    ImageNetNames.text.split(separator: "\n").map(String.init), source: "ImageNet's 1000 classes")

  /// Reads a file: a name a line, or JSON: a list of names, or an object from numbers to names or to lists whose last
  /// element is the name.
  /// - Throws: ``ConversionError``.
  public init(contentsOf path: String) throws {
    do {
      let file = try MappedFile(path: path)
      guard file.byteCount <= Self.limit else {
        throw ConversionError(.badInput, "is no list of names: it has \(file.byteCount) bytes")
      }
      try MemoryBudget.current.charging(file.byteCount * 8, of: UInt8.self) {}
      let bytes = file.withBytes { Array($0) }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ConversionError(.badInput, "is no text in UTF-8; names stand on a line each, or in JSON")
      }
      guard let names = try Self.names(in: text), !names.isEmpty else {
        throw ConversionError(.badInput, "holds no names; they stand on a line each, or in JSON")
      }
      self.init(names, source: path)
      try LostFiles.check()
    } catch { throw ConversionError(outside: error, at: .init(file: path)) }
  }

  /// The names that a model's metadata bear; `nil` if there are none.
  public init?(_ model: Model) {
    if let text = model.metadata.property(Self.metadataKey), let names = try? Self.names(in: text) {
      self.init(names, source: "the model's metadata")
    } else if let text = model.metadata.property("names"), let names = Self.dictionary(text) {
      self.init(names, source: "the model's metadata")
    } else {
      return nil
    }
  }

  /// The names for a classifier of so many classes: the model's own, or ImageNet's for 1000, and for 1001 with a background
  /// first.
  public init?(_ model: Model, classes: Int) {
    if let own = ClassLabels(model) {
      self = own
    } else if classes == 1000 {
      self = .imageNet
    } else if classes == 1001 {
      self.init(["background"] + ClassLabels.imageNet.names, source: "ImageNet's 1000 classes after a background")
    } else {
      return nil
    }
  }

  /// The name of a class; `nil` if it has none.
  public subscript(index: Int) -> String? { names.indices.contains(index) ? names[index] : nil }

  /// The names as JSON, as metadata keep them.
  var text: String {
    (try? JSONEncoder().encode(names)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }

  private static func names(in text: String) throws -> [String]? {
    let start = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
    guard start.hasPrefix("[") || start.hasPrefix("{") else {
      return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.hasSuffix("\r") ? line.dropLast() : line)
      }.trimmed
    }
    let data = Data(String(start).utf8)
    if let list = try? JSONDecoder().decode([String].self, from: data) { return list }
    if let table = try? JSONDecoder().decode([String: Name].self, from: data) {
      return ordered(table.mapValues(\.text))
    }
    throw ConversionError(.badInput, "is JSON, but neither a list of names nor an object from numbers to names")
  }

  /// A name, or a list that ends with it, as in `["n01440764", "tench"]`.
  private struct Name: Decodable {
    let text: String
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else {
        text = try container.decode([String].self).last ?? ""
      }
    }
  }

  private static func ordered(_ table: [String: String]) -> [String]? {
    let entries = table.compactMap { key, name in Int(key).map { ($0, name) } }
    guard entries.count == table.count, let last = entries.map(\.0).max(), last < 1 << 20,
      entries.allSatisfy({ $0.0 >= 0 })
    else { return nil }
    var names = [String](repeating: "", count: last + 1)
    for (index, name) in entries { names[index] = name }
    return names
  }

  /// What Python prints of a dictionary from numbers to names, as Ultralytics keeps it: `{0: 'person', 1: "cat's"}`.
  private static func dictionary(_ text: String) -> [String]? {
    var table: [String: String] = [:]
    var rest = text[...]
    guard rest.popFirst() == "{" else { return nil }
    while true {
      rest = rest.drop { $0 == " " || $0 == "," || $0 == "\n" }
      if rest.first == "}" { return ordered(table) }
      let key = rest.prefix { $0.isNumber }
      rest = rest.dropFirst(key.count).drop { $0 == " " }
      guard !key.isEmpty, rest.popFirst() == ":" else { return nil }
      rest = rest.drop { $0 == " " }
      guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else { return nil }
      var name = ""
      while let character = rest.popFirst(), character != quote {
        if character == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(character) }
      }
      table[String(key)] = name
    }
  }
}

extension [String] {
  /// Without the empty lines at the end.
  fileprivate var trimmed: [String] {
    var lines = self
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
