@testable import CNNFormats

extension FuzzTarget {
  /// The cursor over JSON text: objects of texts, of lists of numbers and of objects.
  static let json = FuzzTarget("json", mutation: HeaderMutations.json, words: HeaderMutations.safetensorsWords) {
    input in
    var cursor = JSONCursor(bytes: input.bytes, position: 0, end: input.bytes.count)
    try cursor.object { cursor, key, _ throws(FormatError) in
      switch key.utf8.count % 3 {
      case 0: _ = try cursor.string()
      case 1: _ = try cursor.numbers(limit: 64)
      default: try cursor.object { cursor, _, _ throws(FormatError) in _ = try cursor.string() }
      }
    }
    try cursor.expectEnd()
  }
}
