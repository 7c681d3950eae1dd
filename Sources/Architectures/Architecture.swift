/// A family of networks, drawn the way its paper draws it. One family is one file and one line in ``Zoo``.
///
/// A value of the type is one network of the family: how deep, how wide, how many classes. The modules it walks through
/// (`net.layer1[0].conv1`) are the literal keys of its state dict.
package protocol Architecture: Sendable {
  /// The published networks of the family.
  static var variants: [Variant] { get }

  /// The extents of one input, `[C, H, W]`.
  var inputShape: [Int] { get }

  /// Draws the network from its input `[N, C, H, W]` to its output `[N, classes]`, before any softmax.
  ///
  /// Layers that do nothing in inference, such as dropout, are left out.
  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap
}

extension Architecture {
  /// The crop that networks for ImageNet are trained on.
  package var inputShape: [Int] { [3, 224, 224] }
}

/// One published network of a family.
package struct Variant: Sendable {
  /// The name by which it is asked for, spelled as torchvision spells it.
  package let name: String
  /// The name in prose, such as `VGG-16`.
  package let title: String
  /// Where it comes from: paper, and where the paper leaves something open, whose reading this is.
  package let source: String
  /// The number of classes it was published with.
  package let classes: Int
  /// The network with a number of classes.
  package let make: @Sendable (_ classes: Int) -> any Architecture

  package init(
    _ name: String, _ title: String, source: String, classes: Int = 1000,
    make: @escaping @Sendable (_ classes: Int) -> any Architecture
  ) {
    (self.name, self.title, self.source, self.classes, self.make) = (name, title, source, classes, make)
  }
}
