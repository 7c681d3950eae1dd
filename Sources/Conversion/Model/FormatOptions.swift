import CNNGraphs
import CNNOperators

/// Settings for reading or writing a file, at most one of each kind.
public struct FormatOptions: Sendable {
  /// The settings that are given.
  public private(set) var given: [any FormatOption] = []

  /// The operators that are known; others are kept as they are, and cannot run.
  public var operators = OperatorRegistry.standard

  /// Height and width of the images that a network is drawn for whose file holds weights alone; what it was published
  /// with if they are `nil`.
  public var imageSize: [Int]?
  /// True if nothing may be assumed that a file does not tell.
  public var isStrict = false

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

  /// - Throws: `ConversionError` of code `usage` at a setting that is not one of `kinds`.
  func check(_ kinds: [any FormatOption.Type], of format: any ModelFormat) throws(ConversionError) {
    guard let option = given.first(where: { option in !kinds.contains { $0 == type(of: option) } }) else { return }
    let kind = type(of: option)
    throw ConversionError(
      .usage, "\(kind.scope); \(kind.absence(in: format))",
      at: .init(setting: Setting(kind.name, value: option.words)))
  }
}
