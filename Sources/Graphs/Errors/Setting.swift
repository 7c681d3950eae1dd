/// Something a caller can set, as errors and remedies speak of it.
public struct Setting: Hashable, Sendable {
  /// What is set, such as `architecture`.
  public let name: String
  /// What it is set to, such as `vgg16`; `nil` if that says nothing.
  public let value: String?

  /// A setting by its name.
  public init(_ name: String, value: String? = nil) { (self.name, self.value) = (name, value) }

  /// Whether the form for deployment is built.
  public static let deployment = Setting("form for deployment")
}
