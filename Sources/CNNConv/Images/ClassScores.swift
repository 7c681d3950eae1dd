import CNNGraphs
import CNNOperators
import CNNTensors

/// The scores of classes that a network gives for pictures.
public struct ClassScores: Sendable {
  /// How scores became probabilities.
  public enum Meaning: String, Sendable, Encodable {
    /// The network's numbers were put through softmax.
    case softmax
    /// The network gives probabilities.
    case given
    /// The network gives a number for each class that stands alone, and they do not add up to 1.
    case independent
  }

  /// A class and its probability.
  public struct Entry: Sendable, Hashable {
    /// The number of the class, from 0.
    public let index: Int
    /// Its name; `nil` if it has none.
    public let label: String?
    /// Its probability, or what the network gives in its place.
    public let probability: Double
  }

  /// How scores became probabilities.
  public let meaning: Meaning
  /// Number of classes.
  public let classes: Int
  private let rows: [[Double]]

  /// The output of a model that gives scores of classes: the first of floating-point numbers `[N, C]`, or `[N, C, 1, 1]`.
  /// - Returns: `nil` if there is none.
  static func output(of outputs: Session.Outputs, batch: Int) -> (name: String, tensor: Tensor)? {
    for (name, value) in zip(outputs.names, outputs.values) {
      guard let tensor = value.tensor, tensor.elementType.isFloatingPoint, tensor.rank >= 2,
        tensor.shape[0] == batch, batch > 0, tensor.count > batch,
        tensor.shape.dropFirst().max() == tensor.count / batch
      else { continue }
      return (name, tensor)
    }
    return nil
  }

  /// Reads the scores in a model's outputs.
  /// - Parameter batch: how many pictures were run.
  /// - Returns: `nil` if no output is one of a classifier.
  /// - Throws: ``ConversionError`` if a score is not a number.
  public init?(_ outputs: Session.Outputs, of model: Model, batch: Int) throws {
    guard let (name, tensor) = Self.output(of: outputs, batch: batch) else { return nil }
    let classes = tensor.count / batch
    self.classes = classes
    let values = try tensor.values(as: Double.self)
    guard !values.contains(where: \.isNaN) else {
      throw ConversionError(
        .badInput, "output \(name.quoted) holds scores that are no numbers", at: .init(file: model.path))
    }
    var rows = (0..<batch).map { Array(values[$0 * classes..<($0 + 1) * classes]) }
    meaning = Self.meaning(of: rows, model.lastOperator(of: name))
    if meaning == .softmax { rows = rows.map(Self.softmax) }
    self.rows = rows
  }

  private static func meaning(of rows: [[Double]], _ last: (any Operator)?) -> Meaning {
    if last is Sigmoid { return .independent }
    let areShares = rows.allSatisfy { row in
      row.allSatisfy { $0 >= 0 && $0 <= 1.001 } && abs(row.reduce(0, +) - 1) < 1e-2
    }
    return last is Softmax || areShares ? .given : .softmax
  }

  private static func softmax(_ row: [Double]) -> [Double] {
    let largest = row.max() ?? 0
    guard largest.isFinite else { return row.map { $0 == largest ? 1 : 0 } }
    let powers = row.map { exponential($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// `e` to a number that is 0 or less: a power of two, and a series for what is left.
  private static func exponential(_ x: Double) -> Double {
    guard x > -745 else { return 0 }
    let whole = (x * 1.4426950408889634).rounded()
    let rest = x - whole * 0.6931471805599453
    var (term, sum) = (1.0, 1.0)
    for step in 1...18 {
      term *= rest / Double(step)
      sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
  }

  /// The best classes of a picture, the best first; of equal ones the lower number.
  public func best(_ count: Int, of picture: Int, labels: ClassLabels? = nil) -> [Entry] {
    let row = rows[picture]
    let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
    return order.prefix(max(0, count)).map { Entry(index: $0, label: labels?[$0], probability: row[$0]) }
  }
}

extension Model {
  /// The operator that gives an output.
  func lastOperator(of name: String) -> (any Operator)? {
    guard let id = graph.value(named: name) else { return nil }
    return graph.nodes.last { $0.outputs.contains(id) }?.operator
  }
}
