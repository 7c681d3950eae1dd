/// A setting that some formats have and others do not. A format lists those that it heeds; others are refused.
///
/// A format may bring settings of its own: a type in its folder.
public protocol FormatOption: Sendable {
  /// What is set, such as `operator set`.
  static var name: String { get }
  /// What has such a setting, to stand behind it: `is for ONNX files`.
  static var scope: String { get }
  /// What is said of a format that lacks it, such as `a state dict has no operators`.
  static func absence(in format: any ModelFormat) -> String
  /// The value in words, such as `resnet50`; `nil` if it says nothing.
  var words: String? { get }
}

extension FormatOption {
  /// Says nothing.
  public var words: String? { nil }
}
