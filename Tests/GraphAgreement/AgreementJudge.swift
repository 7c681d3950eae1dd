import CNNGraphs
import CNNOperators
import CNNTensors

/// Says whether results are those of the reference evaluation but for rounding.
///
/// Integers, truth values, strings and numbers that were only moved must be equal. NaN and infinities must be in the same
/// places. Other numbers may be off by what ``ErrorWalk`` allows.
package struct AgreementJudge {
  /// The reference's results.
  let expected: [RuntimeValue]
  private let graph: Graph
  private let inputs: [Tensor]
  private let exact: Set<ValueID>
  private var walk: ErrorWalk?

  /// Bounds count the rounding of one number a node; sums have more of them.
  private static let factor = 16.0

  /// Runs the reference.
  /// - Parameter exact: values that every way must make with the same bits.
  package init(_ graph: Graph, _ inputs: [Tensor], exact: Set<ValueID>) throws {
    (self.graph, self.inputs, self.exact) = (graph, inputs, exact)
    expected = try ReferenceEvaluator(graph).run(inputs.map { .tensor($0) })
  }

  /// What is wrong with results, and the output it is wrong with; `nil` if nothing is.
  package mutating func fault(_ actual: [RuntimeValue]) throws -> (output: Int, words: String)? {
    guard actual.count == expected.count else { return (0, "\(actual.count) outputs") }
    for index in expected.indices {
      if let words = try fault(index, actual[index]) { return (index, words) }
    }
    return nil
  }

  private mutating func fault(_ output: Int, _ actual: RuntimeValue) throws -> String? {
    guard let a = actual.tensor, let e = expected[output].tensor else { return "no tensor" }
    guard a.elementType == e.elementType else { return "\(a.elementType), not \(e.elementType)" }
    guard a.shape == e.shape else { return "shape \(a.shape), not \(e.shape)" }
    if let x = a.strings, let y = e.strings { return x == y ? nil : "other strings" }
    guard e.elementType.isFloatingPoint else {
      let isSame = a.withBytes { x in e.withBytes { y in x.elementsEqual(y) } }
      return isSame ? nil : "\(Self.first(a, e)): exact values differ"
    }
    let (x, y) = (try a.values(as: Double.self), try e.values(as: Double.self))
    let isExact = exact.contains(graph.outputs[output])
    let roundoff = e.elementType.roundoff
    let odd = x.indices.filter { index in
      if x[index] == y[index] || x[index].isNaN && y[index].isNaN { return false }
      return isExact || !(abs(x[index] - y[index]) <= 4 * roundoff * abs(y[index]))
    }
    guard let first = odd.first else { return nil }
    if isExact { return "[\(first)] \(x[first]), not \(y[first]), of values that are only moved" }
    return try fault(output, odd, x, y)
  }

  private mutating func fault(_ output: Int, _ odd: [Int], _ x: [Double], _ y: [Double]) throws -> String? {
    let walk = try walk ?? ErrorWalk(graph, inputs, exact: exact)
    self.walk = walk
    guard let tensor = expected[output].tensor, let wide = walk.outputs[output].tensor, wide.shape == tensor.shape,
      let bounds = try walk.bounds[output]?.values(as: Double.self)
    else { return "[\(odd[0])] \(x[odd[0]]), not \(y[odd[0]]), and there is no bound" }
    let exact = try wide.values(as: Double.self)
    let type = tensor.elementType
    for index in odd {
      let (value, reference, ideal, bound) = (x[index], y[index], exact[index], bounds[index])
      // No bound: a number near a pole or a limit of the type.
      guard bound.isFinite else { continue }
      if value.isFinite && reference.isFinite {
        let most = Self.factor * bound + 8 * type.roundoff * abs(ideal) + 4 * type.leastNormal * type.roundoff
        if min(abs(value - ideal), abs(value - reference)) <= most { continue }
        return "[\(index)] \(value), not \(reference) (in 64 bits \(ideal), within \(most))"
      }
      // Overflow in one order of operations need not be one in another, nor a zero that is divided by.
      if reference.isFinite != ideal.isFinite || reference.isNaN != ideal.isNaN { continue }
      if ideal.isFinite, Self.factor * bound >= abs(ideal) { continue }
      return "[\(index)] \(value), not \(reference) (in 64 bits \(ideal))"
    }
    return nil
  }

  private static func first(_ a: Tensor, _ e: Tensor) -> String {
    guard let x = try? a.values(as: Int64.self), let y = try? e.values(as: Int64.self),
      let index = x.indices.first(where: { x[$0] != y[$0] })
    else { return "" }
    return "[\(index)] \(x[index]), not \(y[index])"
  }
}
