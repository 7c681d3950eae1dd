/// The streams that a process starts with.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case errors = 2

  /// True if a person sees it.
  package var isTerminal: Bool { SystemCalls.isTerminal(rawValue) }

  /// Writes text at once; what cannot be written is dropped.
  package func write(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        SystemCalls.writeBytes(UnsafeRawBufferPointer(rebasing: $0[start...]), to: rawValue)
      }
      guard count > 0 else { return }
      start += count
    }
  }

  /// Writes what was printed and is still held back.
  /// - Returns: false if it could not be written.
  @discardableResult
  package static func flush() -> Bool { SystemCalls.flushOutput() }
}
