extension Double {
  /// The number with so many digits that count, as a person reads it: `0.1235`, `1.2e-07`, `3`.
  func significant(_ digits: Int = 5) -> String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    var (scaled, exponent) = (magnitude, 0)
    while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    var most = 1
    for _ in 0..<digits { most *= 10 }
    var mantissa = Int((scaled * Double(most / 10)).rounded())
    if mantissa >= most { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    var text = Array(String(mantissa))
    let sign = self < 0 ? "-" : ""
    func trimmed(_ text: [Character]) -> String {
      guard text.contains(".") else { return String(text) }
      var text = text
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
      return String(text)
    }
    switch exponent {
    case 0..<max(digits, 7):
      if exponent + 1 < text.count {
        text.insert(".", at: exponent + 1)
      } else {
        text += Array(repeating: "0", count: exponent + 1 - text.count)
      }
      return sign + trimmed(text)
    case -4..<0: return sign + trimmed(Array("0." + String(repeating: "0", count: -exponent - 1)) + text)
    default:
      if text.count > 1 { text.insert(".", at: 1) }
      let number = String(exponent.magnitude)
      return "\(sign)\(trimmed(text))e\(exponent < 0 ? "-" : "+")\(number.count < 2 ? "0" : "")\(number)"
    }
  }
}
