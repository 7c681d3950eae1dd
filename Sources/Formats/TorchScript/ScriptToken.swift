/// The smallest part of TorchScript's source.
enum ScriptToken: Hashable {
  case name(String)
  case integer(Int)
  case float(Double)
  case string(String)
  /// `(`, `,`, `->` and the like.
  case symbol(StaticSymbol)
  /// The end of a logical line.
  case newline
  /// The lines that follow lie deeper.
  case indent
  /// A block ends.
  case dedent
  case end

  enum StaticSymbol: String {
    case open = "(", close = ")", openList = "[", closeList = "]", openMap = "{", closeMap = "}"
    case comma = ",", colon = ":", dot = ".", equals = "=", minus = "-", star = "*", arrow = "->"
  }

  /// The token as a message says it.
  var words: String {
    switch self {
    case .name(let name): name.quoted
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .string: "a text"
    case .symbol(let symbol): symbol.rawValue.quoted
    case .newline: "the end of the line"
    case .indent: "a deeper line"
    case .dedent: "the end of a block"
    case .end: "the end of the source"
    }
  }
}
