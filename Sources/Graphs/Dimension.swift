/// One extent of a value's shape before the program runs.
public enum Dimension: Hashable, Sendable {
  /// Known now.
  case fixed(Int)
  /// Named by the model, such as `N`; equal names mean equal extents.
  case symbol(String)
  /// Not known before the run.
  case unknown

  /// The extent if it is known now.
  public var value: Int? { if case .fixed(let value) = self { value } else { nil } }
}

extension Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
  /// A known extent.
  public init(integerLiteral value: Int) { self = .fixed(value) }

  /// An extent of this name.
  public init(stringLiteral name: String) { self = .symbol(name) }

  /// The number, the symbol, or `?`.
  public var description: String {
    switch self {
    case .fixed(let value): String(value)
    case .symbol(let name): name
    case .unknown: "?"
    }
  }
}
