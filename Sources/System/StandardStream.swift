import Synchronization

/// The streams that a process starts with.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case errors = 2

  /// The descriptor of stdin.
  static let input: Int32 = 0

  /// True if a person sees it.
  package var isTerminal: Bool { SystemCalls.isTerminal(rawValue) }

  /// Characters of a line: what `COLUMNS` says, or the terminal, or 80.
  package var columns: Int {
    if let told = SystemCalls.variable("COLUMNS").flatMap({ Int($0) }), (20...1000).contains(told) { return told }
    let columns = SystemCalls.columns(rawValue)
    return columns >= 20 ? columns : 80
  }

  /// True if colours can be seen and are wanted: on a terminal, unless `NO_COLOR` is set.
  package var showsColours: Bool {
    isTerminal && SystemCalls.variable("NO_COLOR").map(\.isEmpty) ?? true && SystemCalls.variable("TERM") != "dumb"
  }

  /// True if stdin is what a person types.
  package static var isInputTyped: Bool { SystemCalls.isTerminal(input) }

  /// Writes text to stderr at once; what cannot be written is dropped.
  package static func note(_ text: String) {
    Array(text.utf8).withUnsafeBytes { try? OutputFile.writeAll($0, to: errors.rawValue, "standard error") }
  }

  // MARK: stdout

  private static let limit = 1 << 16
  private static let held = Mutex<[UInt8]>([])

  /// Holds text for stdout, and writes it if there is much.
  /// - Throws: ``FileError``.
  package static func hold(_ text: String) throws(FileError) {
    let isMuch = held.withLock { held in
      held += text.utf8
      return held.count >= limit
    }
    if isMuch { try flush() }
  }

  /// Writes what is held for stdout, unless it was made of files that were lost.
  /// - Throws: ``FileError``.
  package static func flush() throws(FileError) {
    let bytes = held.withLock { held in
      defer { held = [] }
      return held
    }
    guard !bytes.isEmpty else { return }
    try LostFiles.check()
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try OutputFile.writeAll(bytes, to: output.rawValue, "standard output") }
    }
    try result.get()
  }

  /// Writes the bytes of a file to stdout, after what is held for it.
  /// - Throws: ``FileError``.
  package static func write(_ file: MappedFile) throws(FileError) {
    try flush()
    let result = file.withBytes { bytes in
      Result { () throws(FileError) in try OutputFile.writeAll(bytes, to: output.rawValue, "standard output") }
    }
    try result.get()
    try LostFiles.check()
  }

  /// Drops what is held for stdout.
  package static func drop() { held.withLock { $0 = [] } }
}
