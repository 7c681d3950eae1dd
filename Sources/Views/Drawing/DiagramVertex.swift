import CNNGraphs

/// An input, a node or an output, as a row of a box.
struct DiagramVertex {
  enum Kind { case input, node, output }

  let kind: Kind
  /// The operator, or the value's name.
  let title: String
  /// The main settings.
  let detail: String
  let family: OperatorFamily
  /// The modules that its name leads through, its own name last.
  let path: [String]
  /// What makes it and all it says, for those who look closer.
  let description: String
  /// The shape of the first output; of all if it stands for several.
  var shape: ShapeSpan
  /// Equal for vertices that do the same to values of any extent; never for inputs and outputs.
  let token: Int
  /// True if the graph gives its result away.
  let isResult: Bool

  /// Its name with its modules.
  var name: String { path.joined(separator: ".") }
}

/// Numbers for texts: equal ones have the same.
struct Tokens {
  private var numbers: [String: Int] = [:]
  private var count = 0

  mutating func number(of text: String) -> Int {
    if let number = numbers[text] { return number }
    numbers[text] = count
    count += 1
    return count - 1
  }

  /// A number that no text has.
  mutating func unique() -> Int {
    count += 1
    return count - 1
  }
}
