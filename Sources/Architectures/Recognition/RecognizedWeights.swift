import CNNGraphs

/// What a state dict was recognized as.
package struct RecognizedWeights: Sendable {
  /// The network.
  package let architecture: any Architecture
  /// Its drawing, whose weights all have their keys and shapes in the state dict.
  package let blueprint: Blueprint
  /// What stands before every key of the network in the state dict.
  package let prefix: String
  /// The state dict's own key of a weight, if an older release named it otherwise.
  package let sourceKeys: [String: String]
  /// What a user should know: what was left out, and what weights cannot tell.
  package let remarks: [Remark]

  private let ownKeys: [String: String]

  init(
    architecture: any Architecture, blueprint: Blueprint, prefix: String, sourceKeys: [String: String],
    remarks: [Remark]
  ) {
    (self.architecture, self.blueprint, self.prefix) = (architecture, blueprint, prefix)
    (self.sourceKeys, self.remarks) = (sourceKeys, remarks)
    ownKeys = Dictionary(sourceKeys.map { ($0.value, $0.key) }, uniquingKeysWith: { a, _ in a })
  }

  /// The architecture's own key of a state dict's key without ``prefix``.
  package func ownKey(of key: String) -> String {
    if let own = ownKeys[key] { return own }
    // What a normalization counts is named after it.
    guard KeyDifference.isIgnored(key), let dot = key.lastIndex(of: "."),
      let own = ownKeys["\(key[..<dot]).running_var"], let end = own.lastIndex(of: ".")
    else { return key }
    return "\(own[..<end])\(key[dot...])"
  }

  /// The zoo's name, such as `resnet50`; `nil` for a network of the family that was never published.
  package var name: String? { architecture.variant?.name }
  /// The name in prose, such as `ResNet-50`.
  package var title: String {
    architecture.variant?.title ?? "\(type(of: architecture).family) (not a published size)"
  }
}
