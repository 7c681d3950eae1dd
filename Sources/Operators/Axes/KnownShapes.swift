import CNNGraphs
import CNNTensors

/// What an operator asks of its inputs' shapes before anything runs. What is not known yet fits.
extension InferenceContext {
  /// The input's number of elements, if it is known.
  package func elementCount(_ index: Int) -> Int? {
    type(index).tensor?.fixedShape.flatMap { try? Tensor.elementCount(of: $0) }
  }

  /// Asks for an input of so many axes.
  package func require(_ index: Int, rank: Int) throws {
    guard let found = shape(index)?.count, found != rank else { return }
    throw OperatorError.rank(input: index, expected: "\(rank)", found: found)
  }

  /// Asks for an input of at least so many axes.
  package func require(_ index: Int, rankFrom rank: Int) throws {
    guard let found = shape(index)?.count, found < rank else { return }
    throw OperatorError.rank(input: index, expected: "\(rank) or more", found: found)
  }

  /// Asks for an input of these extents.
  package func require(_ index: Int, shape expected: [Dimension]) throws {
    guard let found = shape(index) else { return }
    let fits = found.count == expected.count && zip(found, expected).allSatisfy { $0.fits($1) }
    guard fits else { throw InferenceContext.misfit(index, expected, found) }
  }

  /// Asks for an input of so many elements, in whatever shape.
  package func require(_ index: Int, count expected: Dimension) throws {
    guard let expected = expected.value, let found = elementCount(index), found != expected else { return }
    throw OperatorError.invalid(
      "input \(index): \(expected) element\(expected == 1 ? "" : "s") expected, \(found) found")
  }

  /// Asks for an input that broadcasts to a shape without making it larger.
  package func require(_ index: Int, broadcastsTo target: [Dimension]?) throws {
    guard let target, let found = shape(index), !found.broadcasts(to: target) else { return }
    throw OperatorError.invalid("input \(index): a shape that broadcasts to \(target) expected, \(found) found")
  }

  /// Asks for a scale or zero point of a quantized operand: one number, or one for each row, column or filter.
  package func require(_ index: Int, along axis: QuantizedOperand.Axis, of operand: Int) throws {
    guard let own = shape(index), own.count == 1, let count = own[0].value, count != 1,
      let target = shape(operand), !target.isEmpty
    else { return }
    let extent: Dimension
    switch axis {
    case .rows: extent = target[max(target.count - 2, 0)]
    case .columns: extent = target[target.count - 1]
    case .filters: extent = target[0]
    }
    guard extent.fits(own[0]) else { throw InferenceContext.misfit(index, [extent], own) }
  }

  private static func misfit(_ index: Int, _ expected: [Dimension], _ found: [Dimension]) -> OperatorError {
    .invalid("input \(index): shape \(expected) expected, \(found) found")
  }
}

extension Dimension {
  /// True unless both are known and differ.
  package func fits(_ other: Dimension) -> Bool {
    guard let value, let other = other.value else { return true }
    return value == other
  }
}

extension [Dimension] {
  /// True unless it is known that broadcasting to a shape fails, or makes it larger.
  package func broadcasts(to target: [Dimension]) -> Bool {
    guard count <= target.count else { return false }
    return zip(self, target.suffix(count)).allSatisfy { $0 == 1 || $0.fits($1) }
  }
}
