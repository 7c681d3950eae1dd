import CNNGraphs
import CNNTensors

/// Softmax and its kin: each line along an axis is mapped to a line. Before version 13 the axis and all after it were
/// one line, and the axes before it the batch.
package protocol AxisActivation: Operator {
  /// The axis, negative ones counted from the back.
  var axis: Int { get }
  /// True if a line spans the axis and all after it.
  var flattens: Bool { get }
  init(axis: Int, flattens: Bool)
  /// Maps `inner` interleaved lines of `count` elements; element `i` of line `j` lies at `i * inner + j`.
  func apply<T: FloatingScalar>(
    _ source: UnsafePointer<T>, _ target: UnsafeMutablePointer<T>, count: Int, inner: Int)
}

extension AxisActivation {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    let axis = try node.int("axis", default: node.version < 13 ? 1 : -1)
    // Along the last axis both rules are one.
    self.init(axis: axis, flattens: node.version < 13 && axis != -1)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version >= 13 {
      guard !flattens else {
        throw OperatorError.unsupported("a line over several axes needs an operator set below 13")
      }
      node.set("axis", axis, unless: -1)
    } else {
      guard flattens || axis == -1 else {
        throw OperatorError.unsupported("axis \(axis) with others after it needs operator set 13")
      }
      node.set("axis", node.axis(axis), unless: 1)
    }
  }

  /// The operator in today's form, which exists if the axis is the last one of an input of this rank.
  package func modernized(rank: Int) -> Self? {
    guard flattens else { return self }
    return axis == rank - 1 || rank > 0 && axis == -1 ? Self(axis: -1, flattens: false) : nil
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let rank = context.shape(0)?.count, !(flattens && axis == rank) { _ = try axis.axis(ofRank: max(rank, 1)) }
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try map(x, Float.self))]
    case .double: return [.tensor(try map(x, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  @inline(__always)
  private func map<T: FloatingScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    let shape = x.shape.isEmpty ? [1] : x.shape
    // Before version 13 the axis may lie behind the last one: lines of one element.
    let axis = flattens && axis == x.rank ? x.rank : try axis.axis(ofRank: shape.count)
    let outer = shape[..<axis].reduce(1, *)
    let count = flattens ? shape[axis...].reduce(1, *) : shape[axis]
    let inner = flattens ? 1 : shape[(axis + 1)...].reduce(1, *)
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard source.count > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
        for block in 0..<outer {
          let start = block * count * inner
          apply(from + start, to + start, count: count, inner: inner)
        }
      }
    }
  }
}

/// The greatest element of each of `inner` interleaved lines.
@inline(__always)
package func lineMaxima<T: FloatingScalar>(_ source: UnsafePointer<T>, count: Int, inner: Int, _ maxima: inout [T]) {
  for j in 0..<inner { maxima[j] = source[j] }
  for i in 1..<max(count, 1) {
    let row = source + i * inner
    for j in 0..<inner where row[j] > maxima[j] || row[j].isNaN { maxima[j] = row[j] }
  }
}
