import CNNGraphs
import CNNTensors

/// An operator that finds where along an axis an extreme element lies.
package protocol ArgumentReduction: Operator {
  /// The axis, negative ones counted from the back.
  var axis: Int { get }
  /// True if the axis stays with extent 1.
  var keepsAxis: Bool { get }
  /// True if the last of equal elements counts, not the first.
  var selectsLast: Bool { get }
  init(axis: Int, keepsAxis: Bool, selectsLast: Bool)
  /// True if `a` is more extreme than `b`; neither is NaN.
  func precedes<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool
}

extension ArgumentReduction {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    self.init(
      axis: try node.int("axis", default: 0), keepsAxis: try node.flag("keepdims", default: true),
      selectsLast: try node.version >= 12 && node.flag("select_last_index"))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", node.axis(axis), unless: 0)
    node.set("keepdims", keepsAxis, unless: true)
    if selectsLast {
      try node.require(version: 12, for: "select_last_index")
      node.set("select_last_index", 1)
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard var shape = context.shape(0) else { return [.tensor(.int64, nil)] }
    if shape.isEmpty { return [.tensor(.int64, [])] }
    let axis = try axis.axis(ofRank: shape.count)
    if keepsAxis { shape[axis] = 1 } else { shape.remove(at: axis) }
    return [.tensor(.int64, shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try search(x, Float.self))]
    case .double: return [.tensor(try search(x, Double.self))]
    case .signed: return [.tensor(try search(x, Int64.self))]
    case .unsigned: return [.tensor(try search(x, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  @inline(__always)
  private func search<T: ArithmeticScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    let shape = x.shape.isEmpty ? [1] : x.shape
    let axis = try axis.axis(ofRank: shape.count)
    var result = shape
    if keepsAxis && x.rank > 0 { result[axis] = 1 } else { result.remove(at: axis) }
    let (count, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    guard try count > 0 || Tensor.elementCount(of: result) == 0 else {
      throw OperatorError.invalid("an axis without elements has no extreme one")
    }
    return try x.withValues(as: T.self) { source in
      try Tensor(.int64, shape: result) { (target: UnsafeMutableBufferPointer<Int64>) in
        for output in target.indices {
          let start = output / inner * count * inner + output % inner
          var best = 0
          for i in 1..<max(count, 1) {
            let (a, b) = (source[start + i * inner], source[start + best * inner])
            if b.isNotANumber {
              if selectsLast && a.isNotANumber { best = i }
            } else if precedes(a, b) || a.isNotANumber || selectsLast && a == b {
              best = i
            }
          }
          target[output] = Int64(best)
        }
      }
    }
  }
}
