import CNNGraphs
import CNNOperators

/// The range that a node limits its input to.
struct LimitedRange {
  /// What is limited.
  var input: ValueID
  /// To what, infinite if there is no bound.
  var bounds: ClosedRange<Double>

  /// True if nothing is limited.
  var isUnbounded: Bool { bounds == -Double.infinity...Double.infinity }
  /// True for what a `Relu` does.
  var isRelu: Bool { bounds == 0...Double.infinity }

  /// The range of `Relu`, of `Clip` with stored bounds, and of `Max` and `Min` with one stored number.
  init?(at index: Int, in view: GraphView) {
    let node = view.graph.nodes[index]
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
      for side in [0, 1] {
        guard let input = node.inputs[1 - side], let bound = view.scalar(node.inputs[side], within: input) else {
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
