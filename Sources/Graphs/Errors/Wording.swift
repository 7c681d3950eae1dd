/// The words in which settings and remedies are told. A command line names its options, a library the things themselves.
public protocol Wording: Sendable {
  /// A setting as the subject of a sentence, such as `the architecture 'vgg16'`.
  func words(for setting: Setting) -> String
  /// A remedy as a clause, such as `raise the limit`.
  func words(for remedy: Remedy) -> String
}
