extension String {
  /// The text at the right end of a column, `gap` spaces at least before it.
  package func leftPadded(_ width: Int, gap: Int = 0) -> String {
    String(repeating: " ", count: max(gap, width - count)) + self
  }

  /// The text at the left end of a column, `gap` spaces at least behind it.
  package func rightPadded(_ width: Int, gap: Int = 0) -> String {
    self + String(repeating: " ", count: max(gap, width - count))
  }
}

extension Int {
  /// A number of bytes with a unit.
  package var asBytes: String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] where self >= size {
      return "\(decimal(Double(self) / Double(size), 1)) \(unit)"
    }
    return self == 1 ? "1 byte" : "\(self) bytes"
  }

  /// The number with a noun: `1 tensor`, `2,000 tensors`.
  package func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(grouped) \(noun)s" }

  /// The number in millions or milliards.
  package var scaled: String {
    for (unit, size) in [("G", 1_000_000_000), ("M", 1_000_000)] where self >= size {
      return "\(decimal(Double(self) / Double(size), 2)) \(unit)"
    }
    return grouped
  }

  /// The number in millions with two digits behind the point.
  package var inMillions: String { decimal(Double(self) / 1_000_000, 2) }

  private func decimal(_ value: Double, _ places: Int) -> String {
    let power = places == 1 ? 10.0 : 100.0
    let hundredths = Int((value * power).rounded())
    let fraction = String(hundredths % Int(power))
    return "\(hundredths / Int(power)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// The digits in groups of three.
  package var grouped: String {
    var digits = String(self)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}
