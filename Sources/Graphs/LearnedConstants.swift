import CNNTensors

extension Tensor {
  /// True for a constant that is counted as learned parameters. Shapes, axes and scalars of arithmetic are constants, too,
  /// but not learned.
  package var isLearned: Bool { rank > 0 && (elementType.isFloatingPoint || elementType.bitWidth <= 8) }
}
