import CNNGraphs
import CNNTensors

extension ValueType {
  /// What holds for a value that may come from either of two branches.
  package func joined(with other: ValueType) -> ValueType {
    switch (self, other) {
    case (.tensor(let a), .tensor(let b)): return .tensor(a.joined(with: b))
    case (.sparseTensor(let a), .sparseTensor(let b)): return .sparseTensor(a.joined(with: b))
    case (.sequence(let a), .sequence(let b)): return .sequence(a.joined(with: b))
    case (.optional(let a), .optional(let b)): return .optional(a.joined(with: b))
    default: return self == other ? self : .unknown
    }
  }

  /// The same kind of value of which no shape is known.
  package var withoutShape: ValueType {
    switch self {
    case .tensor(let type): .tensor(type.elementType, nil)
    case .sequence(let element): .sequence(element.withoutShape)
    case .optional(let element): .optional(element.withoutShape)
    default: self
    }
  }
}

extension TensorType {
  fileprivate func joined(with other: TensorType) -> TensorType {
    var result = TensorType(elementType == other.elementType ? elementType : nil)
    if let a = shape, let b = other.shape, a.count == b.count {
      result.shape = zip(a, b).map { $0 == $1 ? $0 : .unknown }
    }
    return result
  }
}

extension InferenceContext {
  /// Infers a body that hands values on from one round to the next.
  /// - Parameters:
  ///   - leading: the inputs before the values handed on.
  ///   - carried: their types before the first round.
  ///   - trailing: the inputs after them.
  ///   - offset: the output that is the first of them.
  /// - Returns: their types before and after any round, and the body's outputs.
  package func inferRounds(
    of body: Graph, leading: [InferredValue], carried: [ValueType], trailing: [InferredValue], offset: Int
  ) throws -> (carried: [ValueType], outputs: [InferredValue]) {
    var types = carried
    for round in 0..<4 {
      let outputs = try inferBody(body, leading + types.map { InferredValue($0) } + trailing)
      guard outputs.count >= offset + types.count else { throw OperatorError.invalid("the body has too few outputs") }
      let next = zip(types, outputs[offset...]).map { $0.joined(with: $1.type) }
      if next == types { return (types, outputs) }
      types = round < 2 ? next : next.map(\.withoutShape)
    }
    types = types.map { _ in .unknown }
    return (types, try inferBody(body, leading + types.map { InferredValue($0) } + trailing))
  }
}
