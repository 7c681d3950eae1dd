import CNNTensors

/// The weights of a graph under the keys of the network it is.
package struct MatchedWeights: Sendable {
  /// The network.
  package let architecture: any Architecture
  /// A tensor for every weight of the network, in the order of its drawing.
  package let tensors: [(key: String, tensor: Tensor)]
  /// What a user should know: what was written otherwise than it stood in the graph.
  package let remarks: [String]

  /// The zoo's name, such as `resnet50`; `nil` for a network of the family that was never published.
  package var name: String? { architecture.variant?.name }
  /// The name in prose, such as `ResNet-50`.
  package var title: String { architecture.title }
}

extension Architecture {
  /// The name in prose, such as `ResNet-50`.
  var title: String { variant?.title ?? "\(Self.family) (not a published size)" }
}
