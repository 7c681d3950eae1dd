/// Names of files that hold a model's values.
public struct FileNames {
  private var taken: Set<String> = []

  /// None is taken yet.
  public init() {}

  /// A file name, without its ending, for a value: characters outside `A-Za-z0-9._-` become `_`, and names stay apart.
  public mutating func next(for value: String) -> String {
    let allowed = value.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    let base = allowed.isEmpty ? "output" : String(allowed)
    let unique = base.unique { taken.contains($0) }
    taken.insert(unique)
    return unique
  }
}
