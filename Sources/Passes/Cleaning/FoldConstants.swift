import CNNGraphs
import CNNOperators
import CNNTensors

/// Computes once what does not depend on any input.
package struct FoldConstants: Pass {
  /// What a file may grow by if a result is larger than what it replaces.
  private static let slack = 1024
  /// No single result becomes larger than this.
  private static let limit = 64 << 20

  /// Units of work for one node; a run may take as long once, folding is for what saves more than it costs.
  private static let mostWork = 10_000_000_000

  /// True if stored integers become the numbers they stand for, which is for running alone.
  private let restoresNumbers: Bool

  /// - Parameter restoresNumbers: true if quantized constants are folded, too.
  package init(restoresNumbers: Bool = false) { self.restoresNumbers = restoresNumbers }

  package var description: PassDescription {
    PassDescription(
      "fold-constants",
      law: "A node whose inputs are all stored constants gives the same results in every run: they are stored instead.",
      guards: [
        "neither the node nor all nodes that compute constants with it free as many bytes as their results take, and those are more than 1 KiB",
        "the node restores the numbers that quantized constants stand for: they stay as small as they are",
        "the results take more than 64 MiB, or more than 10¹⁰ units of work",
        "the operator is random, has a body or comes from a foreign domain",
        "an input can be given by the caller",
      ],
      source: "constant folding: Aho, Lam, Sethi, Ullman, Compilers, section 8.5.4")
  }

  package func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
    var folding = ConstantFolding(view)
    let worthwhile = ConstantRegions(view, allows: { isFoldable($0, in: view) }).worthwhile(slack: Self.slack)
    for index in view.graph.nodes.indices {
      do {
        try fold(index, in: view, isWorthwhile: worthwhile.contains(index), &folding)
      } catch let refusal as Refusal {
        refusals.add(refusal, at: index, in: view)
      }
    }
    return folding.patches
  }

  /// True if the node could be run now, were its inputs known.
  private func isFoldable(_ index: Int, in view: GraphView) -> Bool {
    let node = view.graph.nodes[index]
    guard node.operator.isDeterministic, node.operator.bodies.isEmpty, !(node.operator is ForeignOperator),
      restoresNumbers || !(node.operator is DequantizeLinear)
    else { return false }
    let results = node.outputs.compactMap(\.self)
    return !results.isEmpty && !results.contains(where: view.isOutput)
  }

  private func fold(
    _ index: Int, in view: GraphView, isWorthwhile: Bool, _ folding: inout ConstantFolding
  ) throws {
    let node = view.graph.nodes[index]
    guard isFoldable(index, in: view) else { return }
    let results = node.outputs.compactMap(\.self)
    if let constant = node.operator as? Constant, case .dense(let tensor) = constant.value {
      // The bytes are in the file already, in an attribute.
      return try folding.fold(index, into: [tensor])
    }
    let inputs = node.inputs.compactMap(\.self)
    guard !inputs.isEmpty || node.operator is Constant, inputs.allSatisfy({ folding.tensor($0) != nil }),
      let size = view.byteCount(of: results)
    else { return }
    guard size <= Self.limit else { throw Refusal.cost(.tooManyBytes(size)) }
    let saved = Set(inputs).filter { view.users($0) == [index] && !view.isOutput($0) }
      .reduce(0) { $0 + (folding.tensor($1)?.byteCount ?? 0) }
    guard isWorthwhile || size <= max(saved, Self.slack) else {
      throw Refusal.cost(.bytes(size, freed: saved))
    }
    try folding.fold(index, into: computed(node, folding))
  }

  /// A tensor for each output that the node has.
  private func computed(_ node: Node, _ folding: ConstantFolding) throws -> [Tensor] {
    let arguments = node.inputs.map { id in id.flatMap { folding.tensor($0) }.map(RuntimeValue.tensor) }
    let context = EvaluationContext(inputs: arguments, outputCount: node.outputs.count)
    do {
      let budget = WorkBudget(limit: Self.mostWork, within: WorkBudget.current)
      let values = try WorkBudget.$current.withValue(budget) { try node.operator.evaluateCharged(context) }
      return try zip(node.outputs, values).filter { $0.0 != nil }.map { _, value in
        guard let tensor = value.tensor else { throw Refusal.numbers(.notComputed("the result is no tensor")) }
        return tensor
      }
    } catch let refusal as Refusal {
      throw refusal
    } catch LimitError.work {
      // If that was not the node's own limit, nothing can go on.
      try WorkBudget.current.check()
      throw Refusal.cost(.units(Self.mostWork))
    } catch {
      try WorkBudget.current.check()
      throw Refusal.numbers(.notComputed(ConversionError(error).message))
    }
  }
}
