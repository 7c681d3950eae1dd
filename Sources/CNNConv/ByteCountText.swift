/// Numbers of bytes as people write them: `500MB`, `2GiB`.
package enum ByteCountText {
  private static let units = [
    ("GIB", 1 << 30), ("MIB", 1 << 20), ("KIB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
    ("G", 1_000_000_000), ("M", 1_000_000), ("K", 1000), ("B", 1), ("", 1),
  ]

  /// The number; `nil` if the text is none, or it is negative.
  package static func bytes(_ text: String) -> Int? {
    let text = text.uppercased()
    guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }), let number = Int(text.dropLast(unit.count)),
      number >= 0
    else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: size)
    return overflow ? nil : value
  }
}
