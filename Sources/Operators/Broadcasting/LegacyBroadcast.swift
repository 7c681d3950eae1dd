import CNNGraphs
import CNNTensors

/// An operator of two operands that are broadcast together, and whose versions below 7 did so in another way.
package protocol BroadcastingOperator: Operator {
  /// Before version 7: the axis of the first operand at which the second one's axes begin.
  var legacyAxis: Int? { get }
  init(legacyAxis: Int?)
}

extension BroadcastingOperator {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    self.init(legacyAxis: try LegacyBroadcast.axis(from: &node))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try LegacyBroadcast.write(legacyAxis, to: &node) }

  /// The integers of a result that is joined element by element, if both operands' integers are known.
  package func contents(_ context: InferenceContext, _ join: (Dimension, Dimension) -> Dimension) -> [Dimension]? {
    guard legacyAxis == nil else { return nil }
    return context.joinedContents(0, 1, join)
  }
}

extension InferenceContext {
  /// The integers of two inputs of at most one axis, joined element by element after broadcasting.
  package func joinedContents(
    _ first: Int, _ second: Int, _ join: (Dimension, Dimension) -> Dimension
  ) -> [Dimension]? {
    guard let a = contents(first), let b = contents(second), a.count == b.count || a.count == 1 || b.count == 1,
      (shape(first)?.count ?? 2) <= 1, (shape(second)?.count ?? 2) <= 1
    else { return nil }
    return (0..<(a.count == 1 ? b.count : a.count)).map { join(a[a.count == 1 ? 0 : $0], b[b.count == 1 ? 0 : $0]) }
  }
}

/// Before version 7 binary operators broadcast only the second operand, and only if asked: `broadcast` = 1, its
/// axes lying at `axis` of the first.
package enum LegacyBroadcast {
  /// Reads the two attributes; `nil` if the operands' last axes line up, as they do in newer versions.
  package static func axis(from node: inout NodeReader) throws -> Int? {
    guard node.version < 7 else { return nil }
    node.ignore("consumed_inputs")
    let broadcast = try node.flag("broadcast")
    let axis = try node.int("axis")
    return broadcast ? axis : nil
  }

  /// Writes the two attributes if the version has them.
  package static func write(_ axis: Int?, to node: inout NodeWriter) throws {
    if node.version < 7 {
      let shapes = node.inputShapes
      let areEqual = shapes.count == 2 && shapes[0] == shapes[1] && shapes[0]?.contains(.unknown) == false
      if axis == nil && areEqual { return }
      node.set("broadcast", 1)
      if let axis { node.set("axis", axis) }
    } else if axis != nil {
      throw OperatorError.unsupported("broadcasting along an axis needs an operator set below 7")
    }
  }

  /// The operands, the second one brought to a shape that broadcasts by today's rule.
  package static func operands(_ context: EvaluationContext, axis: Int?) throws -> (Tensor, Tensor) {
    let (a, b) = (try context.tensor(0), try context.tensor(1))
    guard a.elementType == b.elementType else { throw OperatorError.elementType(input: 1, found: b.elementType) }
    return (a, try aligned(b, with: a, axis: axis))
  }

  /// The second operand under a shape that broadcasts by today's rule.
  package static func aligned(_ b: Tensor, with a: Tensor, axis: Int?) throws -> Tensor {
    guard let axis else { return b }
    let start = try axis.axis(ofRank: max(a.rank, 1))
    guard start + b.rank <= a.rank else {
      throw OperatorError.rank(input: 1, expected: "\(a.rank - start) or less", found: b.rank)
    }
    return try b.reshaped(b.shape + Array(repeating: 1, count: a.rank - start - b.rank))
  }

  /// The broadcast shape, as far as it is known.
  package static func infer(_ context: InferenceContext, axis: Int?) throws -> [Dimension]? {
    if axis != nil { return context.shape(0) }
    return try Broadcast.infer([context.shape(0), context.shape(1)])
  }
}
