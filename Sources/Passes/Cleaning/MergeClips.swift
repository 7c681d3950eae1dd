import CNNGraphs
import CNNOperators
import CNNTensors

/// Limits in a row become one, or none, or a `Relu`.
package struct MergeClips: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "merge-clips",
      law: """
        Limiting to [a, b] and then to [c, d] is limiting to [clamp(a, c, d), clamp(b, c, d)]; Relu is [0, ∞), Max and Min \
        with a number have one bound. A limit that the one before it keeps goes, and so does one without bounds; \
        [0, ∞) is a Relu.
        """,
      guards: [
        "the first limit's result is read elsewhere", "a bound is computed in the run",
        "the lower bound is above the upper",
        "the elements are integers or bfloat16",
      ],
      source: "ONNX Clip 13, Relu 14; clamping is monotone")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard let outer = LimitedRange(at: index, in: view), let result = view.graph.nodes[index].outputs[0],
      let type = view.elementType(outer.input), [.float32, .float64, .float16].contains(type)
    else { return nil }
    if outer.isUnbounded { return Patch(removing: index, reading: outer.input, insteadOf: result) }
    guard let maker = view.producer(outer.input), let inner = LimitedRange(at: maker, in: view) else {
      return outer.isRelu && !(view.graph.nodes[index].operator is Relu)
        ? limiting(outer.input, outer, result, removing: [index], view, type) : nil
    }
    let both = outer.limiting(inner)
    if both == inner.bounds { return Patch(removing: index, reading: outer.input, insteadOf: result) }
    guard view.soleUser(outer.input) == index else {
      return outer.isRelu && !(view.graph.nodes[index].operator is Relu)
        ? limiting(outer.input, outer, result, removing: [index], view, type) : nil
    }
    var range = outer
    (range.bounds, range.input) = (both, inner.input)
    return limiting(inner.input, range, result, removing: [index, maker], view, type)
  }

  /// One node that limits.
  private func limiting(
    _ input: ValueID, _ range: LimitedRange, _ result: ValueID, removing removed: Set<Int>, _ view: GraphView,
    _ type: ElementType
  ) -> Patch {
    let name = view.graph.nodes[removed.max() ?? 0].name
    if range.isRelu {
      return Patch(
        removing: removed, adding: .init(name, Relu(), inputs: [.value(input)], outputs: [.value(result)]))
    }
    var (inputs, bounds): ([Patch.Operand?], [Double]) = ([.value(input)], [])
    for (word, bound) in [("min", range.bounds.lowerBound), ("max", range.bounds.upperBound)] {
      inputs.append(bound.isInfinite ? nil : .constant(bounds.count, hint: "\(view.graph[result].name).\(word)"))
      if !bound.isInfinite { bounds.append(bound) }
    }
    return Patch(removing: removed, adding: .init(name, Clip(), inputs: inputs, outputs: [.value(result)])) {
      try bounds.map { try Tensor(scalar: $0).converted(to: type) }
    }
  }
}
