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

  package func patch(at place: Int, in view: GraphView) throws -> Patch? {
    guard let outer = LimitedRange(at: place, in: view), let result = view.graph.nodes[place].outputs[0],
      let type = view.elementType(outer.input), [.float32, .float64, .float16].contains(type)
    else { return nil }
    if outer.isUnbounded { return Patch(removing: place, reading: outer.input, insteadOf: result) }
    guard let maker = view.producer(outer.input), let inner = LimitedRange(at: maker, in: view) else {
      return outer.isRelu && !(view.graph.nodes[place].operator is Relu)
        ? limiting(outer.input, outer, result, removing: [place], view, type) : nil
    }
    let both = outer.limiting(inner)
    if both == inner.bounds { return Patch(removing: place, reading: outer.input, insteadOf: result) }
    guard view.soleUser(outer.input) == place else {
      return outer.isRelu && !(view.graph.nodes[place].operator is Relu)
        ? limiting(outer.input, outer, result, removing: [place], view, type) : nil
    }
    var range = outer
    (range.bounds, range.input) = (both, inner.input)
    return limiting(inner.input, range, result, removing: [place, maker], view, type)
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

/// The range that a node limits its input to.
struct LimitedRange {
  /// What is limited.
  var input: ValueID
  /// To what, infinite where there is no bound.
  var bounds: ClosedRange<Double>

  /// True where nothing is limited.
  var isUnbounded: Bool { bounds == -Double.infinity...Double.infinity }
  /// True for what a `Relu` does.
  var isRelu: Bool { bounds == 0...Double.infinity }

  /// The range of `Relu`, of `Clip` with stored bounds, and of `Max` and `Min` with one stored number.
  init?(at place: Int, in view: GraphView) {
    let node = view.graph.nodes[place]
    guard let data = node.input(0) else { return nil }
    switch node.operator {
    case is Relu: self.init(data, 0, .infinity)
    case is Clip:
      var found = [-Double.infinity, Double.infinity]
      for side in [0, 1] where node.input(side + 1) != nil {
        guard let bound = view.scalar(node.input(side + 1)) else { return nil }
        // What older writers put for no bound; only infinities tell the difference.
        found[side] =
          bound.magnitude >= Double(Float.greatestFiniteMagnitude) ? (bound < 0 ? -.infinity : .infinity) : bound
      }
      self.init(data, found[0], found[1])
    case is Maximum, is Minimum:
      guard node.inputs.count == 2 else { return nil }
      for place in [0, 1] {
        guard let input = node.inputs[1 - place], let bound = view.scalar(node.inputs[place], within: input) else {
          continue
        }
        self.init(input, node.operator is Maximum ? bound : -.infinity, node.operator is Maximum ? .infinity : bound)
        return
      }
      return nil
    default: return nil
    }
  }

  private init?(_ input: ValueID, _ low: Double, _ high: Double) {
    guard low <= high else { return nil }
    (self.input, bounds) = (input, low...high)
  }

  /// What limiting to another range first and then to this one comes to.
  func limiting(_ other: LimitedRange) -> ClosedRange<Double> {
    func clamped(_ bound: Double) -> Double { min(max(bound, bounds.lowerBound), bounds.upperBound) }
    return clamped(other.bounds.lowerBound)...clamped(other.bounds.upperBound)
  }
}
