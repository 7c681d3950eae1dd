/// What a file says beside the computation: kept, and written back.
public struct Annotations: Sendable {
  /// Free text.
  public var documentation: String?
  /// Keys and values in the file's order.
  public var properties: [(key: String, value: String)] = []
  /// What only the format that read it understands.
  public var carried: (any Sendable)?
  /// Nothing to say.
  public init() {}
}
