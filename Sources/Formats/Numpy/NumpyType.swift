import CNNTensors

/// A `descr` of a `.npy` header, such as `<f4`.
struct NumpyType: Equatable {
  /// What an element becomes here.
  let elementType: ElementType
  /// Bytes of an element in the file: for strings four for each character.
  let width: Int
  /// The most significant byte comes first.
  let isBigEndian: Bool

  private static let kinds: [(descr: String, type: ElementType)] = [
    ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
    ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("b1", .bool), ("c8", .complex64),
    ("c16", .complex128),
  ]

  /// Reads a `descr`; `nil` for structures, objects (which are pickles) and types without a counterpart.
  init?(_ descr: String) {
    guard let order = descr.first, "<>|=".contains(order) else { return nil }
    let kind = descr.dropFirst()
    isBigEndian = order == ">"
    if let type = Self.kinds.first(where: { $0.descr == kind })?.type {
      elementType = type
      width = type.bitWidth / 8
    } else if kind.first == "U", let length = Int(kind.dropFirst()), 0...1 << 28 ~= length {
      elementType = .string
      width = 4 * length
    } else {
      return nil
    }
  }

  /// The `descr` of a type of this program; `nil` for types that numpy lacks. Strings have their length in `width`.
  static func descr(_ type: ElementType, width: Int) -> String? {
    if type == .string { return "<U\(width / 4)" }
    guard let kind = kinds.first(where: { $0.type == type })?.descr else { return nil }
    return (type.bitWidth == 8 ? "|" : "<") + kind
  }

  /// Bytes that are reversed together in a big-endian file.
  var swapWidth: Int {
    switch elementType {
    case .string: 4
    case .complex64, .complex128: width / 2
    default: width
    }
  }
}
