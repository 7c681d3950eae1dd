import CNNConv

/// What can be wrong with hexadecimal weights.
enum HexadecimalFault: FormatFault {
  /// A line that is no tensor.
  case line(Int)
  /// A tensor of other elements than `float32`.
  case elementType(String)

  var message: String {
    switch self {
    case .line(let number): "line \(number) is no tensor"
    case .elementType(let key): "tensor '\(key)': hexadecimal weights are float32"
    }
  }

  var isUnsupported: Bool { if case .elementType = self { true } else { false } }
  var isLimit: Bool { false }
}
