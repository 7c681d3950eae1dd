/// One published network of a family.
package struct Variant: Sendable {
  /// The name by which it is asked for, spelled as torchvision spells it, or else as timm does.
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
