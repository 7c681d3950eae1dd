import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// What is made of one value of some extents, over one spatial axis unless said otherwise.
typealias Build = (inout GraphSketch, ValueID) throws -> ValueID

/// Collapses a graph built at each of some extents, and once with open ones, and expects equal results wherever it
/// runs.
/// - Returns: the operators for the largest extent and for open ones, and what was refused for the largest.
@discardableResult
func collapsed(
  channels: Int = 1, rank: Int = 1, extents: ClosedRange<Int> = 1...9, location: SourceLocation = #_sourceLocation,
  _ build: Build
) throws -> (operators: [String], open: [String], refusals: [Refusal]) {
  var (operators, refusals): ([String], [Refusal]) = ([], [])
  for extent in extents {
    var sketch = GraphSketch()
    let shape = [.fixed(2), .fixed(channels)] + Array(repeating: Dimension.fixed(extent), count: rank)
    let x = try sketch.input(shape)
    // A window that is larger than what it looks at.
    guard let graph = try? sketch.finish(build(&sketch, x)) else { continue }
    let (result, reasons) = try rewritten(graph, CollapseAffineRegions(), location: location)
    (operators, refusals) = (result.operators, reasons)
  }
  var sketch = GraphSketch()
  let x = try sketch.input([.symbol("N"), .fixed(channels)] + (0..<rank).map { .symbol("D\($0)") })
  let graph = try sketch.finish(build(&sketch, x))
  var result = graph
  _ = try PassDriver([CollapseAffineRegions()]).run(&result)
  for extent in extents {
    // A crop of everything leaves no positions, over which no window fits.
    guard let before = try? graph.results(extent: extent), before.allSatisfy({ $0.count > 0 }) else { continue }
    let after = try result.results(extent: extent)
    #expect(before.map(\.shape) == after.map(\.shape), "extent \(extent)", sourceLocation: location)
    #expect(try before.isNear(after), "extent \(extent)", sourceLocation: location)
  }
  return (operators, result.operators, refusals)
}

extension [Tensor] {
  /// True if all elements agree but for rounding, relative to the largest.
  func isNear(_ others: [Tensor], tolerance: Double = 1e-5) throws -> Bool {
    try zip(self, others).allSatisfy { mine, other in
      let (a, b) = (try mine.values(as: Double.self), try other.values(as: Double.self))
      let scale = a.reduce(1e-3) { Swift.max($0, $1.magnitude) }
      return a.count == b.count && zip(a, b).allSatisfy { ($0 - $1).magnitude <= tolerance * scale }
    }
  }
}
