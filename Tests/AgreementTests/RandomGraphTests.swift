import CNNGraphs
import CNNOperators
import GraphGeneration
import Testing

/// The generator itself.
@Suite struct RandomGraphTests {
  @Test func aSeedIsAGraph() throws {
    for seed in 0..<50 {
      let (first, second) = (try RandomGraph(seed: seed), try RandomGraph(seed: seed))
      #expect(first.graph.text == second.graph.text)
      #expect(try first.graph.verify() == ())
    }
  }

  @Test func anyBytesAreAGraph() throws {
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
      let random = try RandomGraph(bytes: bytes)
      try random.graph.verify()
      #expect(random.graph.nodes.count > 0 && random.graph.outputs.count > 0)
    }
  }

  /// Every recipe applies its operators as a rule, not now and then.
  @Test(arguments: Recipe.all.map(\.names)) func aRecipeWorks(_ names: [String]) throws {
    let recipes = Recipe.all.filter { $0.names == names }
    var seen = Set<String>()
    for seed in 0..<40 {
      let random = try RandomGraph(Choices(seed: seed), flavour: .anything, recipes: recipes)
      seen.formUnion(random.graph.nodes.map(\.operator.signature.name))
    }
    #expect(names.allSatisfy { seen.contains($0) || $0 == "Scatter" }, "only \(seen)")
  }

  /// The operators that no recipe describes: those that draw numbers themselves, and what follows from others.
  @Test func nearlyAllOperatorsAreDescribed() {
    let missing = OperatorRegistry.standard.signatures.map(\.name).filter { !Recipe.described.contains($0) }
    #expect(
      missing.sorted() == [
        "Bernoulli", "FlexAttention", "LinearAttention", "Multinomial", "RandomNormal", "RandomNormalLike",
        "RandomUniform", "RandomUniformLike", "SequenceMap", "Upsample",
      ])
  }
}
