import CNNGraphs
import CNNOperators
import CNNTensors

/// Compares a rewritten graph with the original value by value.
///
/// It looks at each value of the result that has the name of a value of the original, unless the same node makes both.
/// Such a value is computed twice in `Double`, as the original does and as the result does. Both start from the same
/// earlier values of the original's run. Both use the stored numbers, so they may differ only by the rounding of those
/// numbers; ``RoundingBound`` says by how much. By induction over the nodes, the result then computes what the original
/// does. The first value that departs is where a rule went wrong, since no rounding has added up before it.
struct LockstepComparison {
  /// A value that departs.
  struct Departure {
    let value: String
    let difference: Double
    let bound: Double
    let reason: String?
  }

  private struct Check {
    let name: String
    let original: GraphSlice
    let result: GraphSlice
    let leaves: Set<String>
    /// The values that the same nodes of the result make of the same leaves, this one among them.
    var siblings: Siblings
  }

  /// Values of one node, which are computed together: a node of n results is run once, not n times.
  private final class Siblings {
    var values: [ValueID] = []
    private var computed: [Bool: Result<[ValueID: RuntimeValue], any Error>] = [:]
    private var done = 0

    /// The value of a slice that has these siblings.
    func value(of slice: GraphSlice, _ given: [String: RuntimeValue], isWide: Bool) throws -> RuntimeValue {
      let known =
        computed[isWide]
        ?? Result {
          let made = try slice.evaluate(values, given, isWide: isWide)
          return Dictionary(zip(values, made), uniquingKeysWith: { first, _ in first })
        }
      if values.count > 1 { computed[isWide] = known }
      return try known.get()[slice.result] ?? .none
    }

    /// Lets the values go after the last sibling has been compared.
    func finish() {
      done += 1
      if done == values.count { computed = [:] }
    }
  }

  private struct SliceKey: Hashable {
    let nodes: [Int]
    let leaves: [String]
  }

  /// Number of values that are compared.
  var count: Int { checks.count }
  private let original: Graph
  private let checks: [Check]

  init(_ original: Graph, _ result: Graph) {
    self.original = original
    let (before, after) = (GraphIndex(original), GraphIndex(result))
    func isComputed(_ name: String, _ graph: Graph, _ edges: GraphIndex) -> Bool {
      guard let id = graph.value(named: name) else { return false }
      return edges.producer(of: id) != nil || !graph[id].isConstant
    }
    var checks: [Check] = []
    var families: [SliceKey: Siblings] = [:]
    for node in result.nodes {
      var known: (index: Int, isSame: Bool)?
      for id in node.outputs.compactMap(\.self) {
        let name = result[id].name
        guard let own = original.value(named: name), let index = before.producer(of: own) else { continue }
        if known?.index != index {
          known = (index, LockstepComparison.isSame(node, in: result, original.nodes[index], in: original))
        }
        if known?.isSame ?? false { continue }
        let isLeaf = { isComputed($0, original, before) && isComputed($0, result, after) }
        let slices = (
          GraphSlice(of: own, in: original, edges: before, isLeaf: isLeaf),
          GraphSlice(of: id, in: result, edges: after, isLeaf: isLeaf)
        )
        let key = SliceKey(nodes: slices.1.nodes, leaves: slices.1.leaves)
        let siblings = families[key] ?? Siblings()
        families[key] = siblings
        siblings.values.append(id)
        checks.append(
          Check(
            name: name, original: slices.0, result: slices.1, leaves: Set(slices.0.leaves + slices.1.leaves),
            siblings: siblings))
      }
    }
    self.checks = checks
  }

  /// True if two nodes apply the same operator to the same values.
  private static func isSame(_ a: Node, in first: Graph, _ b: Node, in second: Graph) -> Bool {
    guard a.operator.signature == b.operator.signature, a.inputs.count == b.inputs.count,
      a.outputs.count == b.outputs.count,
      zip(a.outputs, b.outputs).allSatisfy({ x, y in x.map { first[$0].name } == y.map { second[$0].name } }),
      a.operator.bodies.isEmpty, b.operator.bodies.isEmpty, first.settings(of: a) == second.settings(of: b)
    else { return false }
    return zip(a.inputs, b.inputs).allSatisfy { pair in
      guard let x = pair.0.map({ first[$0] }), let y = pair.1.map({ second[$0] }) else {
        return pair.0 == nil && pair.1 == nil
      }
      if x.name != y.name || x.isConstant != y.isConstant { return false }
      guard let p = x.constant, let q = y.constant else { return true }
      if p.elementType != q.elementType || p.shape != q.shape { return false }
      return p.storage === q.storage && p.strings == q.strings
    }
  }

  /// Runs the original and compares as it goes.
  /// - Parameters:
  ///   - inputs: a value for each of the original's inputs.
  ///   - progress: called before each comparison with its number.
  /// - Returns: the original's outputs, and the first value that departs.
  func run(
    _ inputs: [RuntimeValue?], progress: @escaping (Int, Int, String) -> Void = { _, _, _ in }
  ) throws -> (outputs: [RuntimeValue], departure: Departure?) {
    var readers: [String: [Int]] = [:]
    var missing: [Int] = []
    for (index, check) in checks.enumerated() {
      missing.append(check.leaves.count)
      for leaf in check.leaves { readers[leaf, default: []].append(index) }
    }
    var given: [String: RuntimeValue] = [:]
    var departure: Departure?
    var uses = readers.mapValues(\.count)
    var done = 0
    func compare(_ index: Int) {
      guard departure == nil else { return }
      progress(done, checks.count, checks[index].name)
      done += 1
      departure = Self.departure(checks[index], given)
      checks[index].siblings.finish()
      for leaf in checks[index].leaves {
        uses[leaf, default: 1] -= 1
        if uses[leaf] == 0 { given[leaf] = nil }
      }
    }
    func take(_ name: String, _ value: RuntimeValue) {
      guard let indices = readers[name] else { return }
      given[name] = value
      for index in indices {
        missing[index] -= 1
        if missing[index] == 0 { compare(index) }
      }
    }
    for index in checks.indices where checks[index].leaves.isEmpty { compare(index) }
    for (id, value) in zip(original.inputs, inputs) {
      if let value { take(original[id].name, value) }
    }
    let outputs = try ReferenceEvaluator(original).run(inputs) { take(original[$0].name, $1) }
    return (outputs, departure)
  }

  private static func departure(_ check: Check, _ given: [String: RuntimeValue]) -> Departure? {
    do {
      return try departure(check, given, isWide: true)
    } catch {
      // An operator that fixes a type of its own, such as a cast: as the model has it, with the rounding of its sums.
      do {
        return try departure(check, given, isWide: false)
      } catch {
        return Departure(
          value: check.name, difference: .nan, bound: 0, reason: "cannot be computed: \(ConversionError(error).message)"
        )
      }
    }
  }

  private static func departure(
    _ check: Check, _ given: [String: RuntimeValue], isWide: Bool
  ) throws -> Departure? {
    let (expected, actual) = (
      try check.original.evaluate(given, isWide: isWide),
      try check.siblings.value(of: check.result, given, isWide: isWide)
    )
    let roundoff = max(check.original.roundoff(given), check.result.roundoff(given))
    // What most differences are: a few roundings of numbers as large as the largest.
    let factor = isWide ? 4.0 : 4096.0
    let quick = Comparison(
      check.name, actual: actual, expected: expected, tolerance: Tolerance(relative: 0, absolute: 0))
    if quick.agrees { return nil }
    if let reason = quick.reason {
      // Where a cast fixes a type, numbers cannot all be wide.
      if isWide { throw ConversionError(.differs, reason) }
      return Departure(value: check.name, difference: .nan, bound: 0, reason: reason)
    }
    if quick.maxAbsoluteError <= factor * roundoff * quick.maxExpected { return nil }
    guard isWide, let a = actual.tensor, let b = expected.tensor, a.elementType == .float64 else {
      return Departure(
        value: check.name, difference: quick.maxAbsoluteError, bound: factor * roundoff * quick.maxExpected, reason: nil
      )
    }
    let bounds = try [check.original, check.result].map { slice in
      try RoundingBound(slice, given, roundoff: roundoff).errors().values(as: Double.self)
    }
    let (x, y) = (try a.values(as: Double.self), try b.values(as: Double.self))
    var worst: (difference: Double, bound: Double)?
    for index in x.indices where x[index] != y[index] && !(x[index].isNaN && y[index].isNaN) {
      let difference = abs(x[index] - y[index])
      let bound = 4 * (bounds[0][index] + bounds[1][index])
      guard !(difference <= bound) else { continue }
      if worst.map({ difference - bound > $0.difference - $0.bound || difference.isNaN }) ?? true {
        worst = (difference, bound)
      }
    }
    return worst.map { Departure(value: check.name, difference: $0.difference, bound: $0.bound, reason: nil) }
  }
}

extension Graph {
  /// A node's attributes in words, tensors by their type; the same for equal settings.
  fileprivate func settings(of node: Node) -> [String] {
    var writer = NodeWriter(version: .max, inputs: [])
    try? node.operator.write(to: &writer)
    return writer.attributes.map { "\($0.name)=\($0.value)" }.sorted()
  }
}
