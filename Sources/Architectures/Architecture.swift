import CNNGraphs

/// A family of networks, drawn the way its paper draws it. One family is one file and one line in ``Zoo``.
///
/// A value of the type is one network of the family: how deep, how wide, how many classes. The modules it walks through
/// (`net.layer1[0].conv1`) are the literal keys of its state dict. Two values are equal when they draw the same network.
package protocol Architecture: Sendable, Equatable {
  /// The name of the family in prose, such as `ResNet`.
  static var family: String { get }
  /// The published networks of the family.
  static var variants: [Variant] { get }
  /// The ways in which state dicts of the family name their layers, the usual one first.
  static var spellings: [Spelling] { get }
  /// Prefixes of the modules that only serve training, such as auxiliary heads; they are never drawn.
  static var trainingOnly: [String] { get }
  /// How the state dict names the layers.
  var spelling: Spelling { get set }
  /// The number of classes.
  var classes: Int { get }
  /// The extents of one input, `[C, H, W]`.
  var inputShape: [Int] { get }
  /// What comes out for the architecture's own input shape, output by output.
  var results: [NetworkResult] { get }
  /// What weights cannot tell of this network, what was taken, and how to take the other: `nil` if they tell all.
  var ambiguity: Remark? { get }
  /// What else weights cannot tell of this network, and what was taken.
  var assumptions: [Remark] { get }
  /// The modules with weights that the head consists of, for each spelling; a network without them may still be one of the
  /// family, with another head or none. Empty if the drawing does not tell its head.
  static var headModules: [[String]] { get }
  /// The version that PyTorch's class asks for in the metadata of a state dict, if it asks for one.
  var stateVersion: Int? { get }
  /// The same network as it is deployed after re-parameterization, if that has a form of its own.
  var deployed: Self? { get }

  /// Reads the options of a network off the shapes of its weights.
  ///
  /// It looks only at what determines the drawing. All keys and their shapes are compared with the drawing afterwards.
  /// - Returns: `nil` if keys are absent that every network of the family has.
  init?(reading keys: WeightTree)

  /// Draws the network from its input `[N, C, H, W]` to its ``results``, before any softmax.
  ///
  /// Layers that do nothing in inference, such as dropout, are left out.
  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap
}

extension Architecture {
  /// The crop that networks for ImageNet are trained on.
  package var inputShape: [Int] { [3, 224, 224] }
  /// One output `[N, classes]`, as networks that classify have.
  package var results: [NetworkResult] { [NetworkResult(extents: [classes])] }
  package static var spellings: [Spelling] { [.torchvision] }
  package static var trainingOnly: [String] { [] }
  package static var headModules: [[String]] { [] }
  package var assumptions: [Remark] { [] }
  package var ambiguity: Remark? { nil }
  package var deployed: Self? { nil }
  package var stateVersion: Int? { nil }
}

/// A family of which older releases named some keys otherwise.
package protocol RenamedArchitecture: Architecture {
  /// True if a state dict may have such keys: others are not looked at one by one.
  static func mayHaveOlderKeys(_ keys: WeightTree) -> Bool
  /// The present name of a key; the key itself if older releases named it so, too.
  static func renamed(_ key: String) -> String
}
