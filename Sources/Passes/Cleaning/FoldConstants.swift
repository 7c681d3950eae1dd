import CNNGraphs
import CNNOperators
import CNNTensors

/// Computes once what does not depend on any input.
package struct FoldConstants: NodePass {
  /// What a file may grow by if a result is larger than what it replaces.
  private static let slack = 1024
  /// No single result becomes larger than this.
  private static let limit = 64 << 20

  /// Units of work for one node; a run may take as long once, folding is for what saves more than it costs.
  private static let mostWork = 10_000_000_000

  package init() {}

  package var description: PassDescription {
    PassDescription(
      "fold-constants",
      law: "A node whose inputs are all stored constants gives the same results in every run: they are stored instead.",
      guards: [
        "the results take more bytes than the constants that become unused by it, and more than 1 KiB",
        "the results take more than 64 MiB, or more than 10¹⁰ units of work",
        "the operator is random, has a body or comes from a foreign domain",
        "an input can be given by the caller",
      ],
      source: "constant folding: Aho, Lam, Sethi, Ullman, Compilers, section 8.5.4")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard node.operator.isDeterministic, node.operator.bodies.isEmpty, !(node.operator is ForeignOperator) else {
      return nil
    }
    let results = node.outputs.compactMap(\.self)
    guard !results.isEmpty, !results.contains(where: view.isOutput) else { return nil }
    if let constant = node.operator as? Constant, case .dense(let tensor) = constant.value {
      // The bytes are in the file already, in an attribute.
      return stored(results, of: index, in: view) { [tensor] }
    }
    let inputs = node.inputs.compactMap(\.self)
    guard !inputs.isEmpty || node.operator is Constant, inputs.allSatisfy({ view.constant($0) != nil }),
      let size = byteCount(of: results, in: view)
    else { return nil }
    guard size <= Self.limit else { throw Refusal.cost(.tooManyBytes(size)) }
    let saved = Set(inputs).filter { view.users($0) == [index] && !view.isOutput($0) }
      .reduce(0) { $0 + (view.constant($1)?.byteCount ?? 0) }
    guard size <= max(saved, Self.slack) else {
      throw Refusal.cost(.bytes(size, freed: saved))
    }
    return stored(results, of: index, in: view) {
      let arguments = node.inputs.map { view.constant($0).map(RuntimeValue.tensor) }
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

  /// The bytes of all results as inference sees them, so that nothing is allocated to find out.
  private func byteCount(of results: [ValueID], in view: GraphView) -> Int? {
    var sum = 0
    for id in results {
      guard let type = view.graph[id].type.tensor, let shape = type.fixedShape, let elementType = type.elementType,
        let count = try? Tensor.elementCount(of: shape), let bytes = elementType.byteCount(of: count)
      else { return nil }
      sum = sum.addingReportingOverflow(bytes).partialValue
    }
    return sum
  }

  /// The results keep their names.
  private func stored(
    _ results: [ValueID], of index: Int, in view: GraphView, _ constants: @escaping () throws -> [Tensor]
  ) -> Patch {
    var patch = Patch(removing: [index])
    patch.redirected = results.enumerated().map { ($1, .constant($0, hint: view.graph[$1].name)) }
    patch.constants = {
      let tensors = try constants()
      guard tensors.count >= results.count else {
        throw Refusal.numbers(.notComputed("it gives \(tensors.count) results"))
      }
      return tensors
    }
    return patch
  }
}
