import CNNGraphs
import CNNTensors

/// A value of a graph that is being drawn, and what it is.
package struct DrawnValue: Sendable {
  /// The value in the graph.
  package let id: ValueID
  /// What the reference evaluation gives.
  package let value: RuntimeValue
  /// True if every way to compute it must give the same bits: nothing that it was made of was rounded.
  package let isExact: Bool

  /// The tensor, which has no elements if the value is none.
  var tensor: Tensor { value.tensor ?? DrawnValue.nothing }
  /// The tensor's extents.
  var shape: [Int] { tensor.shape }
  /// How many extents.
  var rank: Int { shape.count }
  /// The tensor's type.
  var type: ElementType { tensor.elementType }

  private static let nothing: Tensor = {
    guard let tensor = try? Tensor([Float](), shape: [0]) else { preconditionFailure("an empty tensor is one") }
    return tensor
  }()
}
