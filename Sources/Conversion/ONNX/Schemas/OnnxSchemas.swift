/// The versions of all ONNX operators, read from ``OnnxSchemaTable``.
struct OnnxSchemas: Sendable {
  private struct Key: Hashable {
    let domain: Substring
    let name: Substring
  }

  /// ONNX's own.
  static let standard = OnnxSchemas(OnnxSchemaTable.text)

  private var schemas: [Key: [OnnxSchema]] = [:]
  private var domains: Set<Substring> = []

  init(_ text: String) {
    var lists: [Set<Substring>] = []
    for row in OnnxSchemas.rows(of: text) {
      if row[0] == "=" {
        lists.append(Set(row.dropFirst()))
      } else {
        let domain: Substring = row[0] == "ai.onnx" ? "" : row[0]
        domains.insert(domain)
        schemas[Key(domain: domain, name: row[1]), default: []].append(OnnxSchema(row, lists))
      }
    }
  }

  /// The words of each row; a line that begins with a space continues the one before it.
  private static func rows(of text: String) -> [[Substring]] {
    var rows: [[Substring]] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix(" "), !rows.isEmpty {
        rows[rows.count - 1] += words
      } else {
        rows.append(words)
      }
    }
    return rows
  }

  /// True if all operators of the domain are known.
  func knows(domain: String) -> Bool { domains.contains(domain[...]) }

  /// All versions of an operator, oldest first.
  func versions(domain: String, name: String) -> [OnnxSchema] {
    schemas[Key(domain: domain[...], name: name[...])] ?? []
  }

  /// The version of an operator that an operator set has.
  func schema(domain: String, name: String, operatorSet: Int) -> OnnxSchema? {
    versions(domain: domain, name: name).last { $0.version <= operatorSet }
  }
}

extension OnnxSchema {
  /// Reads one row of the table, whose form its script describes.
  fileprivate init(_ row: [Substring], _ lists: [Set<Substring>]) {
    let parts = row.dropFirst(2).split(separator: "|", omittingEmptySubsequences: false)
    func part(_ index: Int) -> ArraySlice<Substring> { index < parts.count ? parts[index] : [] }
    version = part(0).first.flatMap { Int($0) } ?? 1
    isDeprecated = part(0).count > 1
    inputs = part(1).map { Parameter($0, lists) }
    outputs = part(2).map { Parameter($0, lists) }
    var attributes: [String: Attribute] = [:]
    for word in part(3) {
      let pair = word.split(separator: ":")
      let isRequired = pair[1].hasSuffix("!")
      attributes[String(pair[0])] = Attribute(
        kind: Int(isRequired ? pair[1].dropLast() : pair[1]) ?? 0, isRequired: isRequired)
    }
    self.attributes = attributes
  }
}

extension OnnxSchema.Parameter {
  fileprivate init(_ word: Substring, _ lists: [Set<Substring>]) {
    var rest = word.dropFirst()
    switch word.first {
    case "?": kind = .optional
    case "*", "+":
      let least = rest.prefix { $0.isNumber }
      rest = rest.dropFirst(least.count)
      kind = .variadic(isUniform: word.first == "*", least: Int(least) ?? 0)
    default: kind = .required
    }
    let pair = rest.split(separator: "=", omittingEmptySubsequences: false)
    typeName = pair[0].isEmpty ? nil : String(pair[0])
    types = Int(pair[1]).map { lists[$0] } ?? []
  }
}
