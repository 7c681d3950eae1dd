/// Numbers as ncnn's parser of param files takes them: at most 15 characters, no more than nine digits on either side of
/// the point, no infinities.
package enum NcnnNumber {
  /// The largest finite number, which stands for "no limit".
  package static let most = Float.greatestFiniteMagnitude

  /// A number with nine significant digits, such as `1.00000001e-05`. Read exactly it is the same number again.
  package static func text(_ value: Float) -> String {
    guard !value.isNaN else { return "0.00000000e+00" }
    let value = min(max(value, -most), most)
    // The shortest digits that tell the number from its neighbours, of which there are no more than nine.
    var (digits, exponent) = decimal(value.magnitude)
    digits += [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 9 - digits.count))
    let sign = value.sign == .minus ? "-" : ""
    let power = (abs(exponent) < 10 ? "0" : "") + String(abs(exponent))
    let fraction = String(decoding: digits[1..<9], as: UTF8.self)
    return "\(sign)\(String(decoding: digits[..<1], as: UTF8.self)).\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
  }

  /// The significant digits of a number, and the power of ten of the first.
  private static func decimal(_ value: Float) -> (digits: [UInt8], exponent: Int) {
    guard value > 0 else { return ([UInt8(ascii: "0")], 0) }
    let parts = value.description.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(mantissa[0].utf8)
    exponent += digits.count - 1
    if mantissa.count > 1 { digits += Array(mantissa[1].utf8) }
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, exponent)
  }

  /// True if ncnn takes a text for a number with a fraction.
  static func isFloat(_ text: some StringProtocol) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
  }
}
