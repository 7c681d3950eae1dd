import Foundation

/// A JSON Schema, as far as this repository's schemas use the language: `type`, `enum`, `minimum`, `properties`,
/// `required`, `additionalProperties`, `items`, `anyOf`, and `$ref` to a definition of the same document.
///
/// Fields that a schema does not name are errors here: documents must not say more than is written down.
package struct JSONSchema {
  private let root: [String: Any]

  private static let known: Set<String> = [
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "minimum", "properties", "required",
    "additionalProperties", "items", "anyOf",
  ]

  /// Reads a schema.
  package init(contentsOf file: URL) throws {
    root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
  }

  /// What is wrong with a document, each with its path; empty if it fits.
  package func problems(in document: Data) throws -> [String] {
    problems(try JSONSerialization.jsonObject(with: document, options: .fragmentsAllowed), root, "$")
  }

  /// The title.
  package var title: String? { root["title"] as? String }

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    let strange = schema.keys.filter { !Self.known.contains($0) }
    guard strange.isEmpty else { return ["\(path): the schema says \(strange), which is not understood"] }
    if let reference = schema["$ref"] as? String {
      let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
      guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
        return ["\(path): there is no \(reference)"]
      }
      return problems(value, target, path)
    }
    if let choices = schema["anyOf"] as? [[String: Any]] {
      let found = choices.map { problems(value, $0, path) }
      // The choice that nearly fits says most.
      return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? ["\(path): fits nothing"]
    }
    if let values = schema["enum"] as? [String] {
      guard let text = value as? String, values.contains(text) else { return ["\(path): is none of \(values)"] }
      return []
    }
    guard let type = schema["type"] as? String, Self.isType(value, type) else {
      return ["\(path): is no \(schema["type"] ?? "value")"]
    }
    if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
      return ["\(path): is less than \(least)"]
    }
    if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
      return array.enumerated().flatMap { problems($1, items, "\(path)[\($0)]") }
    }
    guard let object = value as? [String: Any], type == "object" else { return [] }
    return problems(object, schema, path)
  }

  private func problems(_ object: [String: Any], _ schema: [String: Any], _ path: String) -> [String] {
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
    return missing.map { "\(path).\($0): is missing" }
      + object.flatMap { key, value in
        if let own = properties[key] { return problems(value, own, "\(path).\(key)") }
        if let other = schema["additionalProperties"] as? [String: Any] {
          return problems(value, other, "\(path).\(key)")
        }
        return ["\(path).\(key): is not in the schema"]
      }
  }

  private static func isType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "boolean": return (value as? NSNumber).map { isBoolean($0) } ?? false
    case "integer":
      guard let number = value as? NSNumber, !isBoolean(number) else { return false }
      return number.doubleValue == number.doubleValue.rounded()
    case "number": return (value as? NSNumber).map { !isBoolean($0) } ?? false
    default: return false
    }
  }

  private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
