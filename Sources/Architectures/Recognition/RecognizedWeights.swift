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
  /// How weights that the state dict does not hold follow from those it holds, by their keys with the prefix.
  package let derived: [String: DerivedWeight]
  /// What a user should know: what was left out, and how the network differs from the published one.
  package let remarks: [Remark]
  /// What was taken because weights cannot tell it.
  package let assumptions: [Remark]

  /// The network in words, with what its head, perhaps another one than the published, gives.
  package let description: RecognizedArchitecture

  private let ownKeys: [String: String]

  init(
    architecture: any Architecture, blueprint: Blueprint, prefix: String, sourceKeys: [String: String],
    derived: [String: DerivedWeight], head: ForeignHead? = nil, remarks: [Remark], assumptions: [Remark]
  ) {
    (self.architecture, self.blueprint, self.prefix) = (architecture, blueprint, prefix)
    (self.sourceKeys, self.derived) = (sourceKeys, derived)
    (self.remarks, self.assumptions) = (remarks, assumptions)
    let shape = blueprint.graph.outputs.first.flatMap { blueprint.graph[$0].type.tensor?.shape } ?? []
    let classes = head == nil ? architecture.classes : shape.dropFirst().first?.value ?? architecture.classes
    description = RecognizedArchitecture(
      architecture.variant?.name ?? type(of: architecture).family.lowercased(), architecture.title, classes: classes,
      hasHead: head.map { !$0.branches.isEmpty } ?? true)
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
  package var title: String { architecture.title }
}
