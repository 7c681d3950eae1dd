import CNNGraphs

/// Settings for reading or writing a file, at most one of each kind.
public struct FormatOptions: Sendable {
  /// The settings that are given.
  public private(set) var given: [any FormatOption] = []

  /// No settings.
  public init() {}

  /// The setting of a kind; `nil` if it is not given.
  public subscript<Option: FormatOption>(kind: Option.Type) -> Option? {
    get { given.lazy.compactMap { $0 as? Option }.first }
    set {
      given.removeAll { $0 is Option }
      if let newValue { given.append(newValue) }
    }
  }

  /// The settings of some kinds alone.
  public func restricted(to kinds: [any FormatOption.Type]) -> FormatOptions {
    var result = FormatOptions()
    result.given = given.filter { option in kinds.contains { $0 == type(of: option) } }
    return result
  }

  /// - Throws: `ConversionError` of code `usage`, its cause an ``UnavailableOption``, for a setting that is not one of
  ///   `kinds`.
  func check(_ kinds: [any FormatOption.Type], of format: any ModelFormat) throws(ConversionError) {
    guard let option = given.first(where: { option in !kinds.contains { $0 == type(of: option) } }) else { return }
    let unavailable = UnavailableOption(option, of: format)
    throw ConversionError(.usage, unavailable.description, cause: unavailable)
  }
}

/// A setting that a format does not have.
public struct UnavailableOption: Error, Hashable, CustomStringConvertible {
  /// ``FormatOption/name``.
  public let option: String
  /// ``FormatOption/words``.
  public let value: String?
  /// Why it is refused, to stand behind the setting.
  public let reason: String

  init(_ option: any FormatOption, of format: any ModelFormat) {
    let kind = type(of: option)
    (self.option, value, reason) = (kind.name, option.words, "\(kind.scope); \(format.title) \(kind.absence)")
  }

  /// The setting and why it is refused, in one line.
  public var description: String { "the \(option)\(value.map { " '\($0)'" } ?? "") \(reason)" }
}
