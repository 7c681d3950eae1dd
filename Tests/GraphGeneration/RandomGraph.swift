import CNNGraphs
import CNNOperators
import CNNTensors

/// A valid graph, drawn from a seed or from bytes, and inputs for it. The reference evaluation runs it.
package struct RandomGraph: Sendable {
  /// The computation.
  package let graph: Graph
  /// A value for each of the graph's inputs, in order.
  package let inputs: [Tensor]
  /// Values that every way to run the graph must make with the same bits.
  package let exact: Set<ValueID>
  /// What kind of graph it is.
  package let flavour: Flavour
  /// The operators that were drawn and did not take what they were given, and why.
  package let refusals: [(name: String, reason: String)]

  /// The graph of a seed.
  package init(seed: Int) throws { try self.init(Choices(seed: seed)) }

  /// The graph that bytes spell.
  package init(bytes: some Sequence<UInt8>) throws { try self.init(Choices(bytes: bytes)) }

  /// The graph of some choices.
  /// - Parameter recipes: what to draw from.
  package init(_ choices: Choices, flavour: Flavour? = nil, recipes: [Recipe] = Recipe.all) throws {
    var choices = choices
    let flavour = flavour ?? choices.pick([.network, .anything, .wild])
    var drawing = GraphDrawing(flavour, choices)
    var refusals: [(name: String, reason: String)] = []
    let wanted = drawing.choices.pick([3, 1, 2, 4, 5, 6, 8, 10, 12])
    let weighted = recipes.flatMap { recipe in
      Array(repeating: recipe, count: flavour == .network && recipe.isLayer ? 24 * recipe.weight : recipe.weight)
    }
    var tries = 0
    while drawing.graph.nodes.count < wanted || drawing.graph.nodes.isEmpty, tries < 3 * wanted {
      tries += 1
      let recipe = drawing.choices.pick(weighted)
      var attempt = drawing
      do {
        try recipe.draw(&attempt)
        drawing = attempt
      } catch {
        refusals.append((recipe.names[0], "\(error)"))
        drawing.choices = attempt.choices
      }
    }
    if drawing.graph.nodes.isEmpty {
      let x = try drawing.fresh(.float32, [2], isConstant: false)
      try drawing.apply("Relu", [x], moves: true)
    }
    (graph, inputs, exact) = drawing.finished()
    (self.flavour, self.refusals) = (flavour, refusals)
  }
}
