import Foundation
import TestSupport
import Testing

/// A command that a user types and that must fail.
struct Failure: Sendable, CustomTestStringConvertible {
  let arguments: String
  let status: Int32
  let message: String

  init(_ arguments: String, _ status: Int32, _ message: String) {
    (self.arguments, self.status, self.message) = (arguments, status, message)
  }

  var testDescription: String { arguments }

  /// Expects one line on stderr, nothing on stdout, and no file.
  func check(in folder: URL, after command: String...) throws {
    let before = TemporaryFolder.names(of: folder.path())
    let result = try CommandLine(list: command + arguments.split(separator: " ").map(String.init), in: folder)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("cnnconv: "))
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(TemporaryFolder.names(of: folder.path()) == before)
  }
}
