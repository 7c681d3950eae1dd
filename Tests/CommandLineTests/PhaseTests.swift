import Foundation
import TestSupport
import Testing

/// Long work says on a terminal what it does; nothing of that is in a pipe.
@Suite struct PhaseTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder).status == 0)
    return folder
  }

  /// What a terminal gets, stdout going elsewhere. The model comes slowly.
  private func terminal(_ options: String, in folder: URL) throws -> String {
    let program = CommandLine.program.path()
    let line = "(sleep 2; cat net.onnx) | \(program) import - \(options) > page"
    return try CommandLine(shell: "script -qec '\(line)' /dev/null < /dev/null", in: folder).output
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func isShownOnATerminal() throws {
    let folder = try folder()
    let shown = try terminal("", in: folder)
    #expect(shown.contains("reading - …"), "\(shown)")
    // The line is wiped before the program ends.
    #expect(shown.hasSuffix("\r\u{1B}[K"))
    #expect(try terminal("--quiet", in: folder) == "")
    let page = try String(contentsOf: folder.appending(path: "page"), encoding: .utf8)
    #expect(page.hasPrefix("-\n  architecture"))
  }

  @Test func isNotInAPipe() throws {
    let folder = try folder()
    let result = try CommandLine(shell: "(sleep 1; cat net.onnx) | cnnconv import -", in: folder)
    #expect(result.status == 0)
    #expect(result.errors == "")
  }
}
