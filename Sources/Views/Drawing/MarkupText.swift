extension String {
  /// The text as XML and HTML hold it, in an element or between double quotes. What a file called something can neither end
  /// a string nor begin an element; characters that are not shown are spelled out.
  var markup: String {
    var text = ""
    for scalar in printable.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      // XML knows neither of them.
      case "\u{fffe}", "\u{ffff}": text += "\u{fffd}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Several lines as XML and HTML hold them.
  var markupLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).markup }.joined(separator: "&#10;")
  }
}

extension Double {
  /// The number with at most two digits behind the point, as SVG takes it.
  var markup: String {
    let hundredths = Int((self * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    let (sign, rest) = (hundredths < 0 ? "-" : "", abs(hundredths))
    let digits = rest % 100 < 10 ? "0\(rest % 100)" : "\(rest % 100)"
    return "\(sign)\(rest / 100).\(digits.hasSuffix("0") ? String(digits.dropLast()) : digits)"
  }
}
