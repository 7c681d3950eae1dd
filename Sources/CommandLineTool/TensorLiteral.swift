import CNNConv

/// A tensor that stands in an argument itself: `16000`, `0.5`, `true`, `[1, 2]` or `[[1, 2], [3, 4]]`.
struct TensorLiteral {
  private let words: [Substring]
  private let shape: [Int]

  /// Reads a literal; `nil` if the text is none.
  init?(_ text: String) {
    var reader = Reader(rest: text[...])
    guard let shape = reader.value(depth: 0), reader.isAtEnd else { return nil }
    (words, self.shape) = (reader.words, shape)
  }

  /// The numbers as an input of this type takes them. A number alone takes the input's shape if that has one element.
  func tensor(for name: String, _ type: TensorType?) throws -> Tensor {
    let elementType = type?.elementType ?? (words.contains { Int64($0) == nil } ? .float32 : .int64)
    let tensor: Tensor
    if elementType.isFloatingPoint {
      tensor = try Tensor(try numbers { Double($0) }, shape: shape)
    } else {
      tensor = try Tensor(try numbers { $0 == "true" ? 1 : $0 == "false" ? 0 : Int64($0) }, shape: shape)
    }
    let converted = try tensor.converted(to: elementType)
    guard let declared = type?.shape, declared.count != shape.count else { return converted }
    let extents = declared.map { $0.value ?? 1 }
    guard extents.allSatisfy({ $0 >= 0 }), (try? Tensor.elementCount(of: extents)) == tensor.count else {
      throw ConversionError(
        .badInput, "input \(name.quoted): shape \(type?.description ?? "?") expected, \(shape) given")
    }
    return try converted.reshaped(extents)
  }

  private func numbers<T>(_ number: (Substring) -> T?) throws -> [T] {
    try words.map { word in
      guard let value = number(word) else {
        throw ConversionError(.badInput, "\(String(word).quoted) is no number of the input's type")
      }
      return value
    }
  }

  /// Walks through the text.
  private struct Reader {
    var rest: Substring
    var words: [Substring] = []

    var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

    private mutating func take(_ character: Character) -> Bool {
      rest = rest.drop { $0 == " " }
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }

    /// The shape of the next number or list; `nil` if there is none, or its rows differ.
    mutating func value(depth: Int) -> [Int]? {
      guard take("[") else {
        let word = rest.prefix { !",] ".contains($0) }
        guard Double(word) != nil || word == "true" || word == "false" else { return nil }
        rest = rest.dropFirst(word.count)
        words.append(word)
        return []
      }
      guard depth < 8 else { return nil }
      if take("]") { return [0] }
      var rows: [[Int]] = []
      repeat {
        guard let row = value(depth: depth + 1), rows.first ?? row == row else { return nil }
        rows.append(row)
      } while take(",")
      return take("]") ? [rows.count] + rows[0] : nil
    }
  }
}
