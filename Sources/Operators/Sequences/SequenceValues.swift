import CNNGraphs
import CNNTensors

extension EvaluationContext {
  /// An input that must be a sequence.
  package func sequence(_ index: Int) throws -> (values: [RuntimeValue], element: ValueType) {
    guard case .sequence(let values, let element) = try input(index) else {
      throw OperatorError.input(index, expected: "a sequence")
    }
    return (values, element)
  }

  /// An input that is a position among `count`, negative ones counted from the back.
  package func position(_ index: Int, among count: Int) throws -> Int {
    guard let position = try integers(index).first, position >= -count, position < count else {
      throw OperatorError.invalid("position \(try integers(index)) of a sequence of \(count)")
    }
    return position.wrapped(count)
  }
}

extension InferenceContext {
  /// The type of an input sequence's elements.
  package func sequenceElement(_ index: Int) -> ValueType {
    if case .sequence(let element) = type(index) { element } else { .unknown }
  }
}
