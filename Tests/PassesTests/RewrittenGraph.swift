import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// Runs passes, expects the same results as before, and gives the graph and what was refused.
/// - Parameter tolerance: the largest difference, relative to the largest magnitude.
func rewritten(
  _ graph: Graph, _ passes: any Pass..., operatorSet: Int = 25, tolerance: Double = 1e-5,
  location: SourceLocation = #_sourceLocation
) throws -> (graph: Graph, refusals: [Refusal]) {
  try rewritten(graph, passes, operatorSet: operatorSet, tolerance: tolerance, location: location)
}

/// Runs passes, expects the same results as before, and gives the graph and what was refused.
func rewritten(
  _ graph: Graph, _ passes: [any Pass], operatorSet: Int = 25, tolerance: Double = 1e-5,
  location: SourceLocation = #_sourceLocation
) throws -> (graph: Graph, refusals: [Refusal]) {
  var result = graph
  let report = try PassDriver(passes, operatorSet: operatorSet).run(&result)
  #expect(result.outputs.map { result[$0].name } == graph.outputs.map { graph[$0].name }, sourceLocation: location)
  for extent in [1, 2, 3] {
    for (before, after) in zip(try graph.results(extent: extent), try result.results(extent: extent)) {
      #expect(before.shape == after.shape && before.elementType == after.elementType, sourceLocation: location)
      let (a, b) = (try before.values(as: Double.self), try after.values(as: Double.self))
      let scale = a.reduce(1e-3) { max($0, $1.magnitude) }
      let difference = zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      #expect(difference <= tolerance * scale, sourceLocation: location)
    }
  }
  return (result, report.refusals.map(\.reason))
}

extension Graph {
  /// The nodes' operators in order.
  var operators: [String] { nodes.map(\.operator.signature.name) }

  /// The results on random inputs, open extents being 2.
  func results(seed: Int = 3, extent: Int = 2) throws -> [Tensor] {
    var random = SplitMix(seed: seed)
    let values = try inputs.map { id -> RuntimeValue? in
      guard !self[id].isConstant, let type = self[id].type.tensor, let shape = type.shape else { return nil }
      let extents = shape.map { $0.value ?? extent }
      return .tensor(try random.tensor(extents, scale: 4).converted(to: type.elementType ?? .float32))
    }
    return try ReferenceEvaluator(self).run(values).compactMap(\.tensor)
  }
}
