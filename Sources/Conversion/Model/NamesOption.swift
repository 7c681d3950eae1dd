/// Other names for inputs and outputs.
public struct NamesOption: FormatOption {
  /// What is set.
  public static let name = "rename"
  /// What has it.
  public static let scope = "is for networks of ncnn"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "\(format.title) keeps the names as they are" }
  /// The names that are replaced, and those that replace them.
  public let names: [(old: String, new: String)]

  /// Asks for names.
  public init(_ names: [(old: String, new: String)]) { self.names = names }
}
