/// Something a user should know, and what can be done about it.
///
/// A literal makes a remark without a remedy.
public struct Remark: Hashable, Sendable {
  /// What there is to know, without the remedy.
  public var message: String
  /// What can be done about it; `nil` if there is nothing to do.
  public var remedy: Remedy?

  /// Makes a remark.
  public init(_ message: String, remedy: Remedy? = nil) { (self.message, self.remedy) = (message, remedy) }

  /// The whole remark in a program's own words.
  public func text(in wording: some Wording) -> String {
    remedy.map { "\(message); \(wording.words(for: $0))" } ?? message
  }
}

extension Remark: CustomStringConvertible {
  /// The remark and its remedy in words that fit any program.
  public var description: String { text(in: PlainWording()) }
}

extension Remark: ExpressibleByStringInterpolation {
  /// A remark without a remedy.
  public init(stringLiteral value: String) { self.init(value) }
}

extension Remark: Encodable {
  /// Encodes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
