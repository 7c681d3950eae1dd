import Foundation
import TestSupport
import Testing

/// Every command of README prints what README shows.
///
/// Commands stand in blocks of the kind `console`, behind `$ `, and run one after the other in one folder. Numbers that
/// depend on the machine (times, speeds, and all that have a decimal point) are not compared; a line `…` stands for any
/// lines.
@Suite struct ReadmeTests {
  private struct Step {
    let command: String
    var lines: [String] = []
  }

  private func steps() throws -> [Step] {
    let text = try String(contentsOf: CommandLine.root.appending(path: "README.md"), encoding: .utf8)
    var (steps, isInside) = ([Step](), false)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2))))
      } else if isInside, !steps.isEmpty {
        steps[steps.count - 1].lines.append(line)
      }
    }
    return steps
  }

  /// A line without what differs from machine to machine.
  private func masked(_ line: String) -> String {
    var text = line
    for (pattern, replacement) in [
      (#"-?[0-9][0-9,]*\.[0-9.]+([eE][-+]?[0-9]+)?"#, "#"), (#"-?[0-9]+[eE][-+][0-9]+"#, "#"),
      (#"[0-9][0-9,]* (ms|s|runs|threads|bytes)\b"#, "# $1"), (#" +"#, " "),
    ] { text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression) }
    return text.trimmingCharacters(in: .whitespaces)
  }

  private func fits(_ shown: ArraySlice<String>, _ printed: ArraySlice<String>) -> Bool {
    guard let first = shown.first else { return printed.isEmpty }
    if first == "…" {
      return (printed.startIndex...printed.endIndex).contains { fits(shown.dropFirst(), printed[$0...]) }
    }
    guard let line = printed.first, masked(first) == masked(line) else { return false }
    return fits(shown.dropFirst(), printed.dropFirst())
  }

  @Test func everyCommandPrintsWhatIsShown() throws {
    let folder = try CommandLine.temporaryFolder()
    let cache = folder.appending(path: ".cache").path()
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "Examples"), withDestinationURL: CommandLine.root.appending(path: "Examples"))
    let steps = try steps()
    #expect(steps.count > 15)
    for step in steps {
      let result = try CommandLine(
        shell: "{ \(step.command)\n} 2>&1", in: folder, environment: ["CNNCONV_CACHE": cache])
      #expect(result.status <= 1, "\(step.command): \(result.output)")
      let printed = result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
      #expect(fits(step.lines[...], printed), "\(step.command) prints\n\(result.output)")
    }
  }

  /// Scripts and pages that README names are there.
  @Test func whatItNamesIsThere() throws {
    let text = try String(contentsOf: CommandLine.root.appending(path: "README.md"), encoding: .utf8)
    for match in text.matches(of: try Regex(#"\]\(([^)#:]+)\)|`(Scripts/[a-z-]+\.sh)"#)) {
      let path = match.output[1].substring ?? match.output[2].substring ?? ""
      #expect(FileManager.default.fileExists(atPath: CommandLine.root.appending(path: String(path)).path()), "\(path)")
    }
  }
}
