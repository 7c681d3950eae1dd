import CNNGraphs
import CNNOperators

extension Operator {
  /// True for what gives the same elements another shape.
  package var keepsElements: Bool { self is Reshape || self is Flatten || self is Squeeze || self is Unsqueeze }
}
