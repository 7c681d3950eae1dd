/// What a file format finds wrong with a file, or with what it is to write.
///
/// A format may define its own errors. This protocol is all that the rest of the program needs of them.
public protocol FormatFault: Error {
  /// What is wrong, where, and what to do, on one line; it stands behind the file's name.
  var message: String { get }
  /// True if the bytes may be right but ask for something that this program does not have.
  var isUnsupported: Bool { get }
  /// True if a limit was hit rather than something being wrong.
  var isLimit: Bool { get }
}
