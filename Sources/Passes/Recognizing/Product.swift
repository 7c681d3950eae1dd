import CNNGraphs
import CNNOperators

/// A product taken apart, however its factors are grouped: a number and values, `x²` being `x` twice.
struct Product {
  /// The product of all stored numbers.
  private(set) var coefficient = 1.0
  /// The other factors in no particular order.
  private(set) var factors: [ValueID] = []
  /// The nodes that multiply and divide, all of them read by one another alone but for the last one.
  private(set) var nodes: Set<Int> = []

  /// The product that a node makes; `nil` if it makes none.
  init?(endingAt index: Int, in view: GraphView) {
    guard takeApart(index, view) else { return nil }
  }

  /// The product that a value is: only the value itself if others read it, too.
  init(of id: ValueID, in view: GraphView) { add(id, view) }

  private mutating func add(_ id: ValueID, _ view: GraphView) {
    // A square reads its base twice, but is one reader.
    guard nodes.count < 16, let index = view.producer(id), view.soleUser(id) != nil, takeApart(index, view) else {
      factors.append(id)
      return
    }
  }

  /// - Returns: false if the node is no product, nothing being added then.
  private mutating func takeApart(_ index: Int, _ view: GraphView) -> Bool {
    let node = view.graph.nodes[index]
    guard let first = node.input(0) else { return false }
    switch node.operator {
    case let multiply as Multiply where multiply.legacyAxis == nil:
      guard let second = node.inputs[1] else { return false }
      nodes.insert(index)
      if let number = view.scalar(first, within: second) {
        coefficient *= number
        add(second, view)
      } else if let number = view.scalar(second, within: first) {
        coefficient *= number
        add(first, view)
      } else {
        add(first, view)
        if first == second, factors.last == first { factors.append(first) } else { add(second, view) }
      }
    case let divide as Divide where divide.legacyAxis == nil:
      guard let number = view.scalar(node.inputs[1], within: first), number != 0 else { return false }
      nodes.insert(index)
      coefficient /= number
      add(first, view)
    case let power as Power where power.legacyAxis == nil:
      guard let exponent = view.scalar(node.inputs[1], within: first), exponent == 2 || exponent == 3 else {
        return false
      }
      nodes.insert(index)
      factors += [ValueID](repeating: first, count: Int(exponent))
    case is Negate:
      nodes.insert(index)
      coefficient = -coefficient
      add(first, view)
    default: return false
    }
    return true
  }

  /// The factor beside `factor`, if there are two.
  func other(than factor: ValueID) -> ValueID? {
    guard factors.count == 2, let index = factors.firstIndex(of: factor) else { return nil }
    return factors[1 - index]
  }
}

extension GraphView {
  /// The number added to a value: `x + c` in either order, or `x - c`.
  func shifted(_ id: ValueID) -> (input: ValueID, by: Double, index: Int)? {
    guard let index = producer(id) else { return nil }
    let node = graph.nodes[index]
    switch node.operator {
    case let add as Add where add.legacyAxis == nil:
      for side in [0, 1] {
        if let input = node.inputs[side], let number = scalar(node.inputs[1 - side], within: input) {
          return (input, number, index)
        }
      }
      return nil
    case let subtract as Subtract where subtract.legacyAxis == nil:
      guard let input = node.inputs[0], let number = scalar(node.inputs[1], within: input) else { return nil }
      return (input, -number, index)
    default: return nil
    }
  }
}
