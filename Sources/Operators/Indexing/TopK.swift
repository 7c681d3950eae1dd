import CNNGraphs
import CNNTensors

/// The greatest or least elements along an axis, in order, and their positions. Inputs: data, how many `[1]` (an
/// attribute before version 10). Of equal elements the earlier one comes first; NaN counts as the greatest.
public struct TopK: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("TopK", versions: [1, 10, 11, 24], inputs: 2...2, outputs: 2...2)

  /// The axis, negative ones counted from the back.
  public let axis: Int
  /// True for the greatest elements.
  public let takesLargest: Bool
  /// False if any order will do; the result is ordered all the same.
  public let isSorted: Bool

  /// Makes the operator with these settings.
  public init(axis: Int = -1, takesLargest: Bool = true, isSorted: Bool = true) {
    (self.axis, self.takesLargest, self.isSorted) = (axis, takesLargest, isSorted)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: -1)
    takesLargest = try node.version < 11 || node.flag("largest", default: true)
    isSorted = try node.version < 11 || node.flag("sorted", default: true)
    if node.version < 10 { try node.addInput(1, [node.require("k", node.int("k"))]) }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: -1)
    if !takesLargest { try node.require(version: 11, for: "the least elements") }
    node.set("largest", takesLargest, unless: true)
    if node.version >= 11 { node.set("sorted", isSorted, unless: true) }
    if node.version < 10, let count = try node.takeInput(1)?.values(as: Int64.self).first { node.set("k", Int(count)) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard var shape = context.shape(0) else { return [.tensor(context.elementType(0), nil), .tensor(.int64, nil)] }
    let count = context.contents(1)?.first ?? .unknown
    if let value = count.value, value < 0 { throw OperatorError.invalid("the first \(value) elements") }
    shape[try axis.axis(ofRank: shape.count)] = count
    return [.tensor(context.elementType(0), shape), .tensor(.int64, shape)]
  }

  package var arrayBytes: [Int: Int] { [0: 32] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let axis = try axis.axis(ofRank: data.rank)
    guard let count = try context.integers(1).first, count >= 0, count <= data.shape[axis] else {
      throw OperatorError.invalid("the first \(try context.integers(1)) elements of an axis of \(data.shape[axis])")
    }
    let indices: [Int]
    switch data.elementType.numericKind {
    case .float: indices = try self.indices(data, axis, count, Float.self)
    case .double: indices = try self.indices(data, axis, count, Double.self)
    case .signed: indices = try self.indices(data, axis, count, Int64.self)
    case .unsigned: indices = try self.indices(data, axis, count, UInt64.self)
    case nil: throw OperatorError.elementType(input: 0, found: data.elementType)
    }
    var shape = data.shape
    shape[axis] = count
    let step = data.shape.strides[axis]
    let positions = indices.map { Int64($0 / max(step, 1) % data.shape[axis]) }
    return [.tensor(try data.gathered(indices, shape: shape)), .tensor(try Tensor(positions, shape: shape))]
  }

  /// The linear indices of the chosen elements, in the order of the result.
  private func indices<T: ArithmeticScalar>(_ data: Tensor, _ axis: Int, _ count: Int, _: T.Type) throws -> [Int] {
    let (extent, inner) = (data.shape[axis], data.shape[(axis + 1)...].reduce(1, *))
    guard data.count > 0, count > 0 else { return [] }
    let outer = data.count / (extent * inner)
    var indices = [Int](repeating: 0, count: outer * count * inner)
    try data.withValues(as: T.self) { values in
      let budget = WorkBudget.current
      var lane = [Int](repeating: 0, count: extent)
      for row in 0..<outer {
        for column in 0..<inner {
          try budget.charge(extent, times: (64 - extent.leadingZeroBitCount) * WorkBudget.Cost.step)
          let first = row * extent * inner + column
          for i in 0..<extent { lane[i] = first + i * inner }
          func precedes(_ a: Int, _ b: Int) -> Bool {
            let (x, y) = (values[a], values[b])
            if x == y || x.isNotANumber && y.isNotANumber { return a < b }
            let greater = x.isNotANumber || x > y && !y.isNotANumber
            return greater == takesLargest
          }
          let chosen = lane.least(count, by: precedes)
          for (i, index) in chosen.enumerated() { indices[(row * count + i) * inner + column] = index }
        }
      }
    }
    return indices
  }
}

extension Array {
  /// The first `count` elements of the sorted array.
  fileprivate func least(_ count: Int, by precedes: (Element, Element) -> Bool) -> ArraySlice<Element> {
    guard count <= 64, count < self.count / 8 else { return sorted(by: precedes)[..<count] }
    // Keeps the best so far in order; most elements fail the first comparison.
    var best = self[..<count].sorted(by: precedes)
    for element in self[count...] where precedes(element, best[count - 1]) {
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if precedes(element, best[middle]) { high = middle } else { low = middle + 1 }
      }
      best.removeLast()
      best.insert(element, at: low)
    }
    return best[...]
  }
}
