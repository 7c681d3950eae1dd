import CNNConv
import CNNSystem
import Synchronization

/// `-` in place of a file that is read: stdin.
enum StandardInput {
  /// What stands for stdin and stdout.
  static let name = "-"
  private static let most = 4 << 30
  private static let spooled = Mutex<SpooledInput?>(nil)

  /// The file to read for an argument.
  /// - Throws: ``ConversionError`` if stdin cannot be read, or was named before.
  static func path(for argument: String) throws -> String {
    guard argument == name else {
      guard !argument.isEmpty else {
        throw ConversionError(.usage, "the name of a file to read is empty; is a variable of the shell not set?")
      }
      return argument
    }
    guard spooled.withLock({ $0 == nil }) else {
      throw ConversionError(.usage, "\(name) is given twice, and stdin can be read once; name a file for one of them")
    }
    guard !StandardStream.isInputTyped else {
      throw ConversionError(.usage, "\(name) is stdin, which is a terminal; pipe a file into it or name one")
    }
    let limit = max(most, Limits.defaults.memory ?? 0)
    Phase.begin("reading \(name)")
    defer { Phase.end() }
    let input: SpooledInput
    do { input = try SpooledInput(limit: limit, folder: TemporaryPlace.folder) } catch { throw ConversionError(error) }
    guard input.isComplete else {
      throw ConversionError(.limit, "\(name): stdin holds more than \(limit) bytes; save it to a file and name that")
    }
    let path = input.path
    spooled.withLock { $0 = input }
    TemporaryPlace.call(path, name)
    return path
  }

  /// True if stdin was read.
  static var isRead: Bool { spooled.withLock { $0 != nil } }
}

/// Places of files that only last as long as the program, and what they are called.
enum TemporaryPlace {
  private static let names = Mutex<[(place: String, name: String)]>([])

  /// The folder for them.
  static var folder: String {
    CurrentProcess.variable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  /// Lets all that is printed call a place by another name.
  static func call(_ place: String, _ name: String) { names.withLock { $0.append((place, name)) } }

  /// A text in which places have the names that users gave them.
  static func named(_ text: String) -> String {
    names.withLock { names in
      names.reduce(text) { text, pair in
        text.utf8.count < pair.place.utf8.count ? text : text.replacing(pair.place, with: pair.name)
      }
    }
  }
}
