import CNNGraphs

/// Why something that looked like a rewrite is none.
package enum Refusal: Error, Hashable {
  /// The result would differ at the border of the input.
  case border(String)
  /// Windows or channels do not fit together.
  case windows(String)
  /// It would cost more than what it replaces.
  case cost(String)
  /// Something else needs what would be replaced.
  case shared(String)
  /// The numbers do not allow it.
  case values(String)
  /// The file's version of the operators cannot express it.
  case version(String)
}

extension Refusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .border(let words), .windows(let words), .cost(let words), .shared(let words), .values(let words),
      .version(let words):
      words
    }
  }
}
