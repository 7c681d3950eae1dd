import CNNGraphs
import CNNTensors

/// An operator that joins all elements up to each one along an axis. Inputs: data, axis (scalar).
package protocol CumulativeOperator: Operator {
  /// True if the element itself is left out.
  var isExclusive: Bool { get }
  /// True if it goes from the axis's end to its start.
  var isReversed: Bool { get }
  init(isExclusive: Bool, isReversed: Bool)
  /// What nothing is joined to.
  func start<T: ArithmeticScalar>(_: T.Type) -> T
  func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T
}

extension CumulativeOperator {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    self.init(isExclusive: try node.flag("exclusive"), isReversed: try node.flag("reverse"))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("exclusive", isExclusive, unless: false)
    node.set("reverse", isReversed, unless: false)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(1, count: 1)
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard let given = try context.integers(1).first, try context.tensor(1).count == 1 else {
      throw OperatorError.input(1, expected: "one axis")
    }
    let axis = try given.axis(ofRank: x.rank)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try accumulate(x, axis, Float.self))]
    case .double: return [.tensor(try accumulate(x, axis, Double.self))]
    case .signed: return [.tensor(try accumulate(x, axis, Int64.self))]
    case .unsigned: return [.tensor(try accumulate(x, axis, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  @inline(__always)
  private func accumulate<T: ArithmeticScalar>(_ x: Tensor, _ axis: Int, _: T.Type) throws -> Tensor {
    let (count, inner) = (x.shape[axis], x.shape[(axis + 1)...].reduce(1, *))
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard source.count > 0 else { return }
        for line in 0..<source.count / count {
          let first = line / inner * count * inner + line % inner
          var result = start(T.self)
          for i in 0..<count {
            let index = first + (isReversed ? count - 1 - i : i) * inner
            let next = join(result, source[index])
            target[index] = isExclusive ? result : next
            result = next
          }
        }
      }
    }
  }
}
