/// What a graph was recognized as.
public struct RecognizedArchitecture: Hashable, Sendable {
  /// The zoo's name, such as `vgg16`.
  public let name: String
  /// The name in prose, such as `VGG-16`.
  public let title: String
  /// The number of classes, or of features if there is no head.
  public let classes: Int
  /// False if the network has no head: its features are the output.
  public let hasHead: Bool

  /// Describes a network.
  public init(_ name: String, _ title: String, classes: Int, hasHead: Bool = true) {
    (self.name, self.title, self.classes, self.hasHead) = (name, title, classes, hasHead)
  }
}
