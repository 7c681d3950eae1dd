/// The files of a folder that outputs go to.
enum OutputFolder {
  /// A file name of an output's name: characters outside `A-Za-z0-9._-` become `_`, and names stay apart.
  static func fileName(of name: String, taken: inout Set<String>) -> String {
    let allowed = name.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    let base = allowed.isEmpty ? "output" : String(allowed)
    var unique = base
    var number = 1
    while !taken.insert(unique).inserted {
      unique = "\(base)_\(number)"
      number += 1
    }
    return unique
  }
}
