import CNNConv
import CNNSystem
import FoundationEssentials

/// stdout for the result, stderr for all else.
enum Terminal {
  /// Prints one JSON document.
  static func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Prints a line to stderr.
  static func note(_ text: String) { StandardStream.errors.write("\(text)\n") }

  /// Says what was written, and what a user should know of weights that had no graph.
  static func noteWritten(_ path: String, from model: Model, _ remarks: [String]) {
    if let weights = model.weights {
      note("\(model.recognizedAs ?? weights.container)")
      weights.remarks.forEach { note("  \($0.text(in: OptionWording()))") }
    }
    remarks.forEach { note("  \($0)") }
    note("wrote \(path)")
  }

  /// Ends the program; 74 if stdout could not be written.
  static func finish(_ code: Int32 = 0) -> Never {
    StandardStream.flush()
    BackgroundWork.finish()
    let isWritten = StandardStream.flush()
    CurrentProcess.end(isWritten || code != 0 ? code : ConversionError.Code.inputOutput.exitStatus)
  }

  /// Prints the one line of an error and ends the program.
  static func fail(_ message: String, code: Int32) -> Never {
    StandardStream.flush()
    note("cnnconv: \(message)")
    CurrentProcess.end(code)
  }

  /// Prints the one line of an error and ends the program with its code.
  static func fail(_ error: ConversionError) -> Never {
    fail(error.text(in: OptionWording()), code: error.code.exitStatus)
  }

  /// True if a person sees stderr.
  static var isInteractive: Bool { StandardStream.errors.isTerminal }

  /// A progress bar on one line of a terminal; nothing when piped or silenced.
  static func progress(_ done: Int, of total: Int, _ label: String, isQuiet: Bool) {
    guard isInteractive, !isQuiet, total > 0 else { return }
    let width = 30
    let filled = done * width / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
    StandardStream.errors.write("\r\u{1B}[K\(bar) \(done)/\(total) \(label.prefix(60))")
    if done == total { StandardStream.errors.write("\r\u{1B}[K") }
  }
}
