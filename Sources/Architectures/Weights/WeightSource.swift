import CNNGraphs
import CNNTensors

/// Where the weights of a network come from.
package protocol WeightSource: Sendable {
  /// Looks at all the weights that will be asked for, before the first is, so that everything that is missing, left
  /// over or of the wrong shape can be told at once.
  func check(_ weights: [WeightDescription]) throws

  /// The tensor of a weight, of the shape described.
  func tensor(for weight: WeightDescription) throws -> Tensor
}

extension WeightSource {
  /// Nothing to say.
  package func check(_ weights: [WeightDescription]) throws {}
}
