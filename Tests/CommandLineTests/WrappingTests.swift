import Foundation
import TestSupport
import Testing

/// On a terminal nothing breaks inside a word; a pipe gets whole lines.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
struct WrappingTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder)
    try CommandLine("zoo", "lenet5", "-o", "other.onnx", "--seed", "2", in: folder)
    return folder
  }

  /// The lines that a terminal of so many columns gets.
  private func terminal(_ arguments: String, columns: Int, in folder: URL) throws -> [String] {
    let line = "\(CommandLine.program.path()) \(arguments)"
    let result = try CommandLine(
      shell: "COLUMNS=\(columns) NO_COLOR=1 script -qec '\(line)' /dev/null < /dev/null", in: folder,
      environment: ["CNNCONV_CACHE": folder.appending(path: "cache").path()])
    return result.output.split(whereSeparator: \.isNewline).map(String.init)
  }

  private func words(_ lines: [String]) -> [String] { lines.flatMap { $0.split(separator: " ").map(String.init) } }

  @Test(arguments: [
    "import net.onnx", "verify net.onnx --against other.onnx", "tensors net.onnx --stats", "zoo", "passes",
  ])
  func breaksBetweenWords(_ command: String) throws {
    let folder = try folder()
    let piped = try CommandLine(
      list: command.split(separator: " ").map(String.init) + ["--quiet"], in: folder)
    let whole = piped.output.split(separator: "\n").map(String.init)
    for columns in [50, 80] {
      let lines = try terminal("\(command) --quiet", columns: columns, in: folder)
      #expect(words(lines) == words(whole))
      // A word that is longer than a line stays whole.
      #expect(lines.allSatisfy { $0.count <= columns || words([$0]).contains { $0.count > columns / 2 } })
    }
  }

  /// Long names are shortened once enough columns are left out.
  @Test func longNamesFit() throws {
    let folder = try folder()
    try CommandLine("zoo", "resnet18", "-o", "long.onnx", "--classes", "2", in: folder)
    let lines = try terminal("layers long.onnx", columns: 80, in: folder)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains { $0.contains("…") && $0.hasPrefix("layer") })
    #expect(lines.count { $0.hasPrefix("total") } == 1)
  }

  /// A table leaves out columns, and says which.
  @Test func aTableFits() throws {
    let folder = try folder()
    let narrow = try terminal("layers net.onnx", columns: 80, in: folder)
    #expect(narrow.allSatisfy { $0.count <= 80 })
    #expect(narrow[0].contains("parameters") && !narrow[0].contains("activations"))
    #expect(narrow.contains { $0.hasPrefix("no room for the column") })
    let wide = try terminal("layers net.onnx", columns: 140, in: folder)
    #expect(wide[0].hasSuffix("activations") && !wide.contains { $0.hasPrefix("no room") })
  }

  /// An error is one line in a pipe, and is broken between words on a terminal.
  @Test func errors() throws {
    let folder = try folder()
    let error = try terminal("import net.onnx --input-shape 1,1,32,abc!", columns: 60, in: folder)
    #expect(error.count > 1 && error.allSatisfy { $0.count <= 60 })
    #expect(error[0].hasPrefix("cnnconv: --input-shape"))
  }
}
