import CNNGraphs
import CNNOperators

/// A product taken apart, however its factors are grouped: a number and values, `x²` being `x` twice.
struct Product {
  /// The product of all stored numbers.
  private(set) var coefficient = 1.0
  /// The other factors in no particular order.
  private(set) var factors: [ValueID] = []
  /// The nodes that multiply and divide, all of them read by one another alone but for the last one.
  private(set) var places: Set<Int> = []

  /// The product that a node makes; `nil` where it makes none.
  init?(endingAt place: Int, in view: GraphView) {
    guard takeApart(place, view) else { return nil }
  }

  /// The product that a value is: only the value itself where others read it, too.
  init(of id: ValueID, in view: GraphView) { add(id, view) }

  private mutating func add(_ id: ValueID, _ view: GraphView) {
    // A square reads its base twice, but is one reader.
    guard places.count < 16, let place = view.producer(id), view.soleUser(id) != nil, takeApart(place, view) else {
      factors.append(id)
      return
    }
  }

  /// - Returns: false where the node is no product, nothing being added then.
  private mutating func takeApart(_ place: Int, _ view: GraphView) -> Bool {
    let node = view.graph.nodes[place]
    guard let first = node.input(0) else { return false }
    switch node.operator {
    case let multiply as Multiply where multiply.legacyAxis == nil:
      guard let second = node.inputs[1] else { return false }
      places.insert(place)
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
      places.insert(place)
      coefficient /= number
      add(first, view)
    case let power as Power where power.legacyAxis == nil:
      guard let exponent = view.scalar(node.inputs[1], within: first), exponent == 2 || exponent == 3 else {
        return false
      }
      places.insert(place)
      factors += [ValueID](repeating: first, count: Int(exponent))
    case is Negate:
      places.insert(place)
      coefficient = -coefficient
      add(first, view)
    default: return false
    }
    return true
  }

  /// The factor beside `factor`, where there are two.
  func other(than factor: ValueID) -> ValueID? {
    guard factors.count == 2, let place = factors.firstIndex(of: factor) else { return nil }
    return factors[1 - place]
  }
}

extension GraphView {
  /// The number added to a value: `x + c` in either order, or `x - c`.
  func shifted(_ id: ValueID) -> (input: ValueID, by: Double, place: Int)? {
    guard let place = producer(id) else { return nil }
    let node = graph.nodes[place]
    switch node.operator {
    case let add as Add where add.legacyAxis == nil:
      for index in [0, 1] {
        if let input = node.inputs[index], let number = scalar(node.inputs[1 - index], within: input) {
          return (input, number, place)
        }
      }
      return nil
    case let subtract as Subtract where subtract.legacyAxis == nil:
      guard let input = node.inputs[0], let number = scalar(node.inputs[1], within: input) else { return nil }
      return (input, -number, place)
    default: return nil
    }
  }
}
