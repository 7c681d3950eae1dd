import CNNGraphs
import CNNTensors

extension Tensor {
  /// The elements converted as `Cast` does.
  package func cast(to type: ElementType, _ rounding: CastRounding = CastRounding()) throws -> Tensor {
    if let strings { return try Tensor.parsing(strings, as: type, shape: shape) }
    switch type {
    case elementType: return self
    case .string: return try printed()
    case .float8e8m0: return try powersOfTwo(rounding)
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz:
      return try converted(to: type, saturating: rounding.saturates)
    default: return try converted(to: type)
    }
  }

  /// Each number's power of two as an exponent of 8 bits (OCP Microscaling Formats v1.0, section 5.4.1).
  private func powersOfTwo(_ rounding: CastRounding) throws -> Tensor {
    try withValues(as: Float.self) { values in
      try Tensor(.float8e8m0, shape: shape) { codes in
        for i in 0..<values.count { codes[i] = rounding.exponentCode(values[i]) }
      }
    }
  }

  private static func parsing(_ strings: [String], as type: ElementType, shape: [Int]) throws -> Tensor {
    switch type.numericKind {
    case nil where type == .string: return try Tensor(strings: strings, shape: shape)
    case .signed:
      let values: [Int64] = try strings.map { try Int64($0.trimmed) ?? number($0).asInt64 }
      return try Tensor(values, shape: shape).converted(to: type)
    case .unsigned:
      let values: [UInt64] = try strings.map { text -> UInt64 in
        if type == .bool, let truth = ["true": UInt64(1), "false": 0][text.trimmed.lowercased()] {
          return truth
        }
        return try UInt64(text.trimmed) ?? UInt64(wrapping: number(text))
      }
      return try Tensor(values, shape: shape).converted(to: type)
    case .float where type == .float32:
      return try Tensor(strings.map { try Float($0.trimmed) ?? Float(number($0)) }, shape: shape)
    case .float, .double: return try Tensor(strings.map(number), shape: shape).converted(to: type)
    case nil: throw TensorError.conversion(from: .string, to: type)
    }
  }

  /// Swift reads plain and scientific notation, and infinity and NaN in any case, as ONNX asks.
  private static func number(_ text: String) throws -> Double {
    guard let value = Double(text.trimmed.lowercased()) else {
      throw OperatorError.invalid("\(text.quoted) is not a number")
    }
    return value
  }

  private func printed() throws -> Tensor {
    try Tensor.checkStrings(count)
    let strings: [String]
    switch elementType.numericKind {
    case .unsigned where elementType == .bool: strings = try values(as: UInt64.self).map { $0 == 0 ? "False" : "True" }
    case .signed: strings = try values(as: Int64.self).map(String.init)
    case .unsigned: strings = try values(as: UInt64.self).map(String.init)
    case .double: strings = try values(as: Double.self).map { $0.description.plainNumber }
    case .float where elementType == .float16:
      strings = try values(as: Float.self).map { Float16($0).description.plainNumber }
    case .float: strings = try values(as: Float.self).map { $0.description.plainNumber }
    case nil: throw TensorError.conversion(from: elementType, to: .string)
    }
    return try Tensor(strings: strings, shape: shape)
  }
}

extension CastRounding {
  fileprivate func exponentCode(_ value: Float) -> UInt8 {
    let bits = value.bitPattern
    var exponent = Int(bits >> 23) & 0xFF
    let fraction = bits & 0x7F_FFFF
    if value.isNaN { return 0xFF }
    if exponent == 0xFF { return saturates ? 0xFE : 0xFF }
    switch mode {
    case .up: exponent += fraction > 0 ? 1 : 0
    case .down: break
    // A tie goes up, except between 0 and the smallest normal number, where it goes down.
    case .nearest: exponent += fraction > 0x40_0000 || fraction == 0x40_0000 && exponent > 0 ? 1 : 0
    }
    return UInt8(saturates ? min(exponent, 0xFE) : exponent)
  }
}

extension String {
  fileprivate var trimmed: String {
    let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
    guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    return String(scalars[...last])
  }

  /// Swift's shortest spelling of a number written without an exponent from 1e-4 up to 1e16.
  fileprivate var plainNumber: String {
    guard let mark = firstIndex(of: "e"), let exponent = Int(self[index(after: mark)...]), (-4..<16).contains(exponent)
    else { return self }
    let isNegative = hasPrefix("-")
    let digits = self[..<mark].filter(\.isNumber)
    let sign = isNegative ? "-" : ""
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + trimmingZeros(digits) }
    let whole = digits.prefix(exponent + 1)
    let rest = trimmingZeros(String(digits.dropFirst(exponent + 1)))
    return sign + whole + String(repeating: "0", count: exponent + 1 - whole.count) + "." + (rest.isEmpty ? "0" : rest)
  }

  private func trimmingZeros(_ digits: String) -> String {
    var digits = digits
    while digits.last == "0" { digits.removeLast() }
    return digits
  }
}
