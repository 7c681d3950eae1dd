import CNNConv
import CNNSystem
import FoundationEssentials
import Synchronization

/// What commands print goes through ``Terminal``: that of the language does not say if it fails, and lets a name write what
/// a terminal obeys.
func print(_ text: some CustomStringConvertible) { Terminal.print(page: "\(text)") }

/// stdout for the result, stderr for all else. The one place that prints: what names of files, nodes and values hold is
/// spelled out here if a terminal would obey it.
enum Terminal {
  /// The most characters of a line on stderr, counted as Unicode scalars: 500, less what ellipses take in bytes.
  private static let noteLimit = 480

  private static let isDiverted = Atomic(false)

  /// Prints the result to stderr from now on: stdout takes a file.
  static func resultGoesToErrors() { isDiverted.store(true, ordering: .relaxed) }

  /// Prints one line of the result.
  static func print(_ line: String) {
    let line = TemporaryPlace.named(line).printable
    guard isDiverted.load(ordering: .relaxed) else {
      return hold(wrapped(line, StandardStream.output))
    }
    Phase.end()
    StandardStream.note("\(wrapped(line, StandardStream.errors))\n")
  }

  /// On a terminal, lines that are too wide are broken between words.
  private static func wrapped(_ line: String, _ stream: StandardStream) -> String {
    guard stream.isTerminal else { return line }
    return WrappedLine(line, width: stream.columns).lines.joined(separator: "\n")
  }

  /// Prints one line of the result, of which a part has a colour of the terminal if colours are shown.
  static func print(_ before: String, coloured part: String, _ colour: Int, _ rest: String) {
    guard StandardStream.output.showsColours, !isDiverted.load(ordering: .relaxed) else {
      return print(before + part + rest)
    }
    hold("\(before.printable)\u{1B}[\(colour)m\(part.printable)\u{1B}[0m\(TemporaryPlace.named(rest).printable)")
  }

  /// Prints a page of the result, whose names bear no line ends of their own.
  static func print(page: String) {
    page.split(separator: "\n", omittingEmptySubsequences: false).forEach { print(String($0)) }
  }

  /// Writes a line to stdout later, when there is much to write or the program is done; if that fails, the program ends.
  private static func hold(_ line: String) { orEnd { () throws(FileError) in try StandardStream.hold("\(line)\n") } }

  /// Writes the bytes of a file to stdout.
  static func print(file: MappedFile) {
    Phase.end()
    orEnd { () throws(FileError) in try StandardStream.write(file) }
  }

  /// Writes what was printed.
  static func flush() {
    Phase.end()
    orEnd { () throws(FileError) in try StandardStream.flush() }
  }

  private static func orEnd(_ body: () throws(FileError) -> Void) {
    do { try body() } catch {
      // A reader that stops early (`| head`) has what it wants.
      if error.isBrokenPipe { CurrentProcess.end(ConversionError.Code.inputOutput.exitStatus) }
      fail(ConversionError(error))
    }
  }

  /// Says that files were written. What becomes of the files that they were made of is no matter any more.
  static func resultIsOut() { LostFiles.settle() }

  /// Prints one JSON document.
  static func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    hold(TemporaryPlace.named(String(decoding: try encoder.encode(value), as: UTF8.self)).printableJSON)
  }

  /// Prints a line to stderr. Of a long one the middle is left out.
  static func note(_ text: String) {
    Phase.end()
    let line = TemporaryPlace.named(text).printable.shortened(to: noteLimit)
    StandardStream.note("\(wrapped(line, StandardStream.errors))\n")
  }

  /// Says what was written, and what a user should know of weights that had no graph.
  static func noteWritten(_ path: String, from model: Model, _ remarks: [String]) {
    if let weights = model.weights {
      note("\(model.recognizedAs ?? weights.container)")
      weights.remarks.forEach { note("  \($0.text(in: OptionWording()))") }
      weights.assumptions.forEach { note("  assumed: \($0.text(in: OptionWording()))") }
    }
    remarks.forEach { note("  \($0)") }
    note("wrote \(path)")
  }

  /// Says what was taken that weights cannot tell.
  static func noteAssumptions(of model: Model, isQuiet: Bool) {
    guard !isQuiet, let weights = model.weights else { return }
    weights.assumptions.forEach { note("assumed: \($0.text(in: OptionWording()))") }
  }

  /// Ends the program when all is written.
  static func finish(_ code: Int32 = 0) -> Never {
    flush()
    orEnd { () throws(FileError) in try LostFiles.check() }
    BackgroundWork.finish()
    CurrentProcess.end(code)
  }

  /// Prints the one line of an error and ends the program.
  static func fail(_ message: String, code: Int32) -> Never {
    do throws(FileError) { try StandardStream.flush() } catch { StandardStream.drop() }
    note("cnnconv: \(message)")
    CurrentProcess.end(code)
  }

  /// Prints the one line of an error and ends the program with its code.
  static func fail(_ error: ConversionError) -> Never {
    // What a file said after it was cut short is no fault of the file.
    let error = LostFiles.error.map { ConversionError($0) } ?? error
    fail(error.text(in: OptionWording()) + MissingFile.hint(for: error), code: error.code.exitStatus)
  }

  /// True if a person sees stderr.
  static var isInteractive: Bool { StandardStream.errors.isTerminal }

  /// A progress bar on one line of a terminal; nothing when piped or silenced.
  static func progress(_ done: Int, of total: Int, _ label: String, isQuiet: Bool) {
    guard isInteractive, !isQuiet, total > 0 else { return }
    Phase.end()
    let width = 30
    let filled = done * width / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
    StandardStream.note("\r\u{1B}[K\(bar) \(done)/\(total) \(label.printable.shortened(to: 60))")
    if done == total { StandardStream.note("\r\u{1B}[K") }
  }
}
