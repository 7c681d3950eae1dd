import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Testing

/// Graphs that nobody has thought of.
@Suite struct RandomRegionTests {
  private static let each = 30

  @Test(arguments: 0..<16) func computesTheSame(batch: Int) throws {
    var fired = 0
    for seed in batch * Self.each..<(batch + 1) * Self.each {
      let graph = try RandomRegion.graph(seed: seed)
      let (result, refusals) = try rewritten(graph, Pipeline.deployment, tolerance: 2e-5)
      let model = try Model(graph: graph)
      let fusion = try model.fused()
      #expect(fusion.model.graph.text == result.text)
      let outcome = try model.verify(fused: fusion.model)
      #expect(outcome.agrees, "seed \(seed): \(outcome.firstDifference ?? "")\n\(graph.text)\n\(result.text)")
      let again = try fusion.model.fused()
      #expect(
        again.passes.allSatisfy { $0.fired == 0 },
        "seed \(seed): \(again.passes.filter { $0.fired > 0 })\n\(result.text)\n\(again.model.graph.text)")
      let (before, after) = (graph.multiplications, result.multiplications)
      #expect(after <= before, "seed \(seed): \(refusals)\n\(graph.text)\n\(result.text)")
      #expect(result.nodes.count <= graph.nodes.count, "seed \(seed)\n\(graph.text)\n\(result.text)")
      if result.nodes.count < graph.nodes.count { fired += 1 }
    }
    #expect(fired > Self.each / 2)
  }
}

extension Graph {
  /// Multiply-accumulates of all nodes at batch 2, what poolings add up among them.
  fileprivate var multiplications: Int {
    var bound = self
    for id in bound.inputs {
      guard let type = bound[id].type.tensor, let shape = type.shape else { continue }
      bound[id].declaredType = .tensor(type.elementType, shape.map { .fixed($0.value ?? 2) })
    }
    var inference = TypeInference()
    _ = try? inference.infer(&bound)
    return bound.nodes.reduce(0) { sum, node in
      let (inputs, outputs) = (node.inputs.map { $0.map { bound[$0].type } }, node.outputs.map { bound[$0!].type })
      if let pool = node.operator as? AveragePooling {
        return sum + (pool.window.kernel ?? []).reduce(outputs[0].tensor?.fixedShape?.reduce(1, *) ?? 0, *)
      }
      return sum + (node.operator.multiplyAccumulates(inputs: inputs, outputs: outputs) ?? 0)
    }
  }
}
