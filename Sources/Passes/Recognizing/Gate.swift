import CNNGraphs
import CNNOperators

/// A value that rises in a straight line from 0 to its greatest value: `max(0, min(height, slope · x + offset))`.
struct Gate {
  /// What decides.
  let input: ValueID
  let slope: Double
  let offset: Double
  let height: Double
  /// The nodes it is computed by.
  let nodes: Set<Int>

  /// The gate that a value is: a `Clip` from 0 of `a · x + b`, however that is grouped, or a `HardSigmoid`.
  init?(_ id: ValueID, in view: GraphView) {
    guard let index = view.producer(id) else { return nil }
    if let hard = view.graph.nodes[index].operator as? HardSigmoid, let input = view.graph.nodes[index].inputs[0] {
      (self.input, slope, offset, height) = (input, Double(hard.alpha), Double(hard.beta), 1)
      nodes = [index]
      return
    }
    guard let range = LimitedRange(at: index, in: view) else { return nil }
    var (bounds, inner) = (range.bounds, range.input)
    var nodes: Set = [index]
    // Relu and Min, or Max and Min, are two limits.
    if let maker = view.producer(inner), view.soleUser(inner) == index, let first = LimitedRange(at: maker, in: view) {
      (bounds, inner) = (range.limiting(first), first.input)
      nodes.insert(maker)
    }
    guard bounds.lowerBound == 0, bounds.upperBound.isFinite, bounds.upperBound > 0 else { return nil }
    var (slope, offset) = (1.0, 0.0)
    while view.soleUser(inner) != nil, nodes.count < 8 {
      if let sum = view.shifted(inner) {
        offset += slope * sum.by
        nodes.insert(sum.index)
        inner = sum.input
      } else if let maker = view.producer(inner), let scaled = view.scaled(maker) {
        slope *= scaled.by
        nodes.insert(maker)
        inner = scaled.input
      } else {
        break
      }
    }
    (input, self.slope, self.offset, height) = (inner, slope, offset, bounds.upperBound)
    self.nodes = nodes
  }
}

extension GraphView {
  /// The number a node multiplies a value by.
  fileprivate func scaled(_ index: Int) -> (input: ValueID, by: Double)? {
    let node = graph.nodes[index]
    switch node.operator {
    case let multiply as Multiply where multiply.legacyAxis == nil:
      for side in [0, 1] {
        if let input = node.inputs[side], let number = scalar(node.inputs[1 - side], within: input) {
          return (input, number)
        }
      }
      return nil
    case let divide as Divide where divide.legacyAxis == nil:
      guard let input = node.inputs[0], let number = scalar(node.inputs[1], within: input), number != 0 else {
        return nil
      }
      return (input, 1 / number)
    default: return nil
    }
  }
}
