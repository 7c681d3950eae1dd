import CNNGraphs

/// A shape to take for an input of a model, in place of what its file says.
public struct InputShape: Hashable, Sendable {
  /// The input's name; `nil` for the only one.
  public let input: String?
  /// The extents, outermost first; a symbol or an unknown one is free.
  public let extents: [Dimension]

  /// A shape for an input.
  public init(_ input: String? = nil, _ extents: [Dimension]) { (self.input, self.extents) = (input, extents) }

  /// Reads a shape as people write it: `1,3,224,224`, `1x3x224x224` or `[1, 3, 224, 224]`, with a name and a colon before it
  /// if there are several inputs. `N` and other names, `-1`, `?` and `*` are free extents.
  /// - Returns: `nil` if the text is none.
  public init?(_ text: String) {
    var shape = text[...]
    input = text.lastIndex(of: ":").map { colon in
      shape = text[text.index(after: colon)...]
      return String(text[..<colon])
    }
    if shape.first == "[", shape.last == "]" { shape = shape.dropFirst().dropLast() }
    let isList = shape.contains(",")
    let parts = shape.split(omittingEmptySubsequences: false) { isList ? $0 == "," : $0 == "x" || $0 == "×" }
    guard input?.isEmpty != true, let extents = InputShape.extents(parts), !extents.isEmpty else { return nil }
    self.extents = extents
  }

  private static func extents(_ parts: [Substring]) -> [Dimension]? {
    // A scalar has no extents.
    if parts.count == 1, parts[0].isEmpty { return nil }
    var extents: [Dimension] = []
    for part in parts {
      let word = part.trimmingSpaces
      if let number = Int(word) {
        guard number >= -1 else { return nil }
        extents.append(number < 0 ? .unknown : .fixed(number))
      } else if word == "?" || word == "*" {
        extents.append(.unknown)
      } else if let first = word.first, first.isLetter || first == "_",
        word.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      {
        extents.append(.symbol(String(word)))
      } else {
        return nil
      }
    }
    return extents
  }
}

extension InputShape {
  /// The extents behind batch and channels, if they are known.
  var imageSize: [Int]? {
    guard extents.count > 2 else { return nil }
    let size = extents.dropFirst(2).compactMap(\.value)
    return size.count == extents.count - 2 ? size : nil
  }
}

extension InputShape: CustomStringConvertible {
  /// As ``init(_:)-(String)`` reads it.
  public var description: String {
    (input.map { "\($0):" } ?? "") + extents.map { $0.description }.joined(separator: ",")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
