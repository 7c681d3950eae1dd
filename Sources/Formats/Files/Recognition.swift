/// How sure a format is that a file is one of its own.
public enum Recognition: Int, Comparable, Sendable {
  /// It is not.
  case none
  /// It may be: it begins as such files do, as others may, too.
  case plausible
  /// It bears the format's mark.
  case certain

  /// Orders by certainty.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
