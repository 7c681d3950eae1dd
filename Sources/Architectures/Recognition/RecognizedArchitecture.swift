/// What a graph was recognized as.
public struct RecognizedArchitecture: Hashable, Sendable {
  /// The zoo's name, such as `vgg16`.
  public let name: String
  /// The name in prose, such as `VGG-16`.
  public let title: String
  /// The number of classes.
  public let classes: Int

  /// Describes a network.
  public init(_ name: String, _ title: String, classes: Int) {
    (self.name, self.title, self.classes) = (name, title, classes)
  }
}
