import CNNGraphs
import CNNTensors

/// An operator that joins one or more broadcast tensors of one real or integer type element by element.
package protocol VariadicOperator: PlainOperator {
  func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T
  /// What becomes of the joined value of `count` operands.
  func finish<T: ArithmeticScalar>(_ x: T, count: Int) -> T
  /// What follows from extents, if anything does.
  func apply(_ a: Dimension, _ b: Dimension) -> Dimension
}

extension VariadicOperator {
  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ x: T, count: Int) -> T { x }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension { .unknown }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try Broadcast.infer(context.inputs.indices.map { context.shape($0) })
    let type = context.inputs.indices.lazy.compactMap { context.elementType($0) }.first
    let contents = context.inputs.count == 2 ? context.joinedContents(0, 1) { apply($0, $1) } : nil
    return [.tensor(type, shape, contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let operands = try context.inputs.indices.map { try context.tensor($0) }
    guard let first = operands.first else { throw OperatorError.input(0, expected: "a tensor") }
    for (index, operand) in operands.enumerated() where operand.elementType != first.elementType {
      throw OperatorError.elementType(input: index, found: operand.elementType)
    }
    switch first.elementType.numericKind {
    case .float: return [.tensor(try join(operands, first.elementType, Float.self))]
    case .double: return [.tensor(try join(operands, first.elementType, Double.self))]
    case .signed: return [.tensor(try join(operands, first.elementType, Int64.self))]
    case .unsigned: return [.tensor(try join(operands, first.elementType, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: first.elementType)
    }
  }

  @inline(__always)
  private func join<T: ArithmeticScalar>(_ operands: [Tensor], _ type: ElementType, _: T.Type) throws -> Tensor {
    let shape = try Broadcast(operands.map(\.shape)).shape
    return try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
      for (index, operand) in operands.enumerated() {
        // Each by itself: a row that stepped through all of many operands would cost their square.
        let broadcast = try Broadcast(shape, operand.shape)
        let (step, width) = (broadcast.rowSteps[1], broadcast.rowWidth)
        try operand.withValues(as: T.self) { source in
          broadcast.forEachRow { row, starts in
            let start = starts[1]
            if index == 0 {
              for i in 0..<width { target[row + i] = source[start + i * step] }
            } else {
              for i in 0..<width { target[row + i] = apply(target[row + i], source[start + i * step]) }
            }
          }
        }
      }
      for i in target.indices { target[i] = finish(target[i], count: operands.count) }
    }
  }
}
