/// Names a value within one graph.
public struct ValueID: Hashable, Sendable, Comparable {
  /// The value's index in ``Graph/values``.
  public let index: Int
  init(_ index: Int) { self.index = index }
  /// By order of creation.
  public static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}
