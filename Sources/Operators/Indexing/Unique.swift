import CNNGraphs
import CNNTensors

/// The different elements of the input, or the different subtensors along an axis. Results: those, where each occurs
/// first, which of them each element is, and how often each occurs.
public struct Unique: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Unique", versions: [11, 28], inputs: 1...1, outputs: 1...4)

  /// The axis of the subtensors, negative ones counted from the back; `nil` for single elements.
  public let axis: Int?
  /// True for ascending order, false for that of first occurrence.
  public let isSorted: Bool

  /// Makes the operator with these settings.
  public init(axis: Int? = nil, isSorted: Bool = true) { (self.axis, self.isSorted) = (axis, isSorted) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis")
    isSorted = try node.flag("sorted", default: true)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if let axis { node.set("axis", axis) }
    node.set("sorted", isSorted, unless: true)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    var shape: [Dimension]? = axis == nil ? [.unknown] : context.shape(0)
    if let axis, let rank = shape?.count { shape?[try axis.axis(ofRank: rank)] = .unknown }
    return [.tensor(context.elementType(0), shape)] + (0..<3).map { _ in .tensor(.int64, [.unknown]) }
  }

  package var arrayBytes: [Int: Int] { [0: 128] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    // The subtensors one after the other: `[count, …]`.
    var order = Array(0..<data.rank)
    if let axis { order.insert(order.remove(at: try axis.axis(ofRank: data.rank)), at: 0) }
    let rows = try axis == nil ? data.reshaped([data.count]) : data.transposed(order)
    guard rows.count > 0 || rows.shape[0] == 0 else {
      throw OperatorError.unsupported("subtensors without elements, in shape \(data.shape)")
    }
    try WorkBudget.current.charge(rows.count, times: (64 - rows.count.leadingZeroBitCount) * WorkBudget.Cost.step)
    let groups = try groups(rows)
    let firsts = groups.map { $0[0] }
    var inverse = [Int64](repeating: 0, count: rows.shape[0])
    for (number, group) in groups.enumerated() { for row in group { inverse[row] = Int64(number) } }
    let size = rows.shape[1...].reduce(1, *)
    let shape = [groups.count] + rows.shape[1...]
    let found = try rows.gatheringBlocks(of: size, shape: shape) { firsts[$0] * size }
    // Position `i` of the result's axes is where axis `i` went above.
    let back = order.indices.map { order.firstIndex(of: $0) ?? 0 }
    return [
      .tensor(try axis == nil ? found : found.transposed(back)),
      .tensor(try Tensor(firsts.map(Int64.init), shape: [groups.count])),
      .tensor(try Tensor(inverse, shape: [inverse.count])),
      .tensor(try Tensor(groups.map { Int64($0.count) }, shape: [groups.count])),
    ]
  }

  /// The rows that are equal, each group in ascending order.
  private func groups(_ rows: Tensor) throws -> [[Int]] {
    if let strings = rows.strings { return grouped(rows) { strings[$0] < strings[$1] } }
    switch rows.elementType.numericKind {
    case .float: return try groups(rows, Float.self)
    case .double: return try groups(rows, Double.self)
    case .signed: return try groups(rows, Int64.self)
    case .unsigned: return try groups(rows, UInt64.self)
    case nil: throw OperatorError.elementType(input: 0, found: rows.elementType)
    }
  }

  private func groups<T: ArithmeticScalar>(_ rows: Tensor, _: T.Type) throws -> [[Int]] {
    // NaN is the greatest and equal to itself.
    try rows.withValues(as: T.self) { values in
      grouped(rows) { a, b in values[a] < values[b] || values[b].isNotANumber && !values[a].isNotANumber }
    }
  }

  private func grouped(_ rows: Tensor, _ precedes: (_ a: Int, _ b: Int) -> Bool) -> [[Int]] {
    let size = rows.shape[1...].reduce(1, *)
    func compare(_ a: Int, _ b: Int) -> Int {
      for i in 0..<size {
        if precedes(a * size + i, b * size + i) { return -1 }
        if precedes(b * size + i, a * size + i) { return 1 }
      }
      return 0
    }
    let sorted = (0..<rows.shape[0]).sorted { a, b in
      let order = compare(a, b)
      return order == 0 ? a < b : order < 0
    }
    var groups: [[Int]] = []
    for row in sorted {
      if let last = groups.last?.last, compare(last, row) == 0 {
        groups[groups.count - 1].append(row)
      } else {
        groups.append([row])
      }
    }
    return isSorted ? groups : groups.sorted { $0[0] < $1[0] }
  }
}
