import CNNTensors

/// A value while a graph runs.
public indirect enum RuntimeValue: Sendable {
  /// A tensor.
  case tensor(Tensor)
  /// A list; `element` is what its elements would be if it is empty.
  case sequence([RuntimeValue], element: ValueType = .unknown)
  /// An optional without a value.
  case none

  /// The tensor, if it is one.
  public var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
}
