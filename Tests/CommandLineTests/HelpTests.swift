import Foundation
import TestSupport
import Testing

/// The help of every command, and what is made of it.
@Suite struct HelpTests {
  /// A command as the program describes itself.
  struct Command: Decodable {
    struct Tool: Decodable { let command: Command }

    struct Argument: Decodable {
      struct Name: Decodable { let name: String }

      let kind: String
      let names: [Name]?
      let valueName: String?
      let shouldDisplay: Bool
    }

    let commandName: String
    let superCommands: [String]?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?

    var path: [String] { Array(((superCommands ?? []) + [commandName]).dropFirst()) }

    /// The command and all below it that a user sees.
    var all: [Command] {
      let inner = (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
      return [self] + inner.flatMap(\.all)
    }

    /// The lines under "Examples:".
    var examples: [String] {
      let lines = (discussion ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard let start = lines.firstIndex(of: "Examples:") else { return [] }
      return lines[(start + 1)...].prefix { !$0.isEmpty }.map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  static func commands() throws -> [Command] {
    let help = try CommandLine("--experimental-dump-help")
    return try JSONDecoder().decode(Command.Tool.self, from: help.outputBytes).command.all
  }

  @Test func everyOptionHasAPlaceholder() throws {
    for command in try Self.commands() {
      for argument in command.arguments ?? [] where argument.kind != "flag" {
        let value = argument.valueName ?? ""
        let isPlaceholder = value.first?.isUppercase ?? false
        #expect(isPlaceholder, "\(command.path) \(argument.names?.last?.name ?? ""): \(value)")
      }
    }
  }

  /// What examples name is not there: they fail, if at all, because of that.
  @Test func everyCommandHasExamplesThatAreUnderstood() throws {
    let folder = try CommandLine.temporaryFolder()
    for command in try Self.commands() {
      #expect(!command.examples.isEmpty, "\(command.path)")
      for example in command.examples where !example.hasPrefix("curl ") {
        let result = try CommandLine(
          shell: example, in: folder, environment: ["CNNCONV_CACHE": folder.appending(path: "cache").path()])
        #expect(result.status != 64, "\(example): \(result.errors)")
        if !command.path.isEmpty, !example.contains("=500MB") {
          #expect(example.contains("cnnconv \(command.path.joined(separator: " "))"), "\(example)")
        }
      }
    }
  }

  /// Eighty columns hold every line: nothing wraps inside a word.
  @Test func helpFitsATerminal() throws {
    for command in try Self.commands() {
      let help = try CommandLine(list: command.path + ["--help"], environment: ["COLUMNS": "80"])
      #expect(help.status == 0)
      for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(command.path): \(line)") }
    }
  }

  // MARK: The page for man

  @Test func theManualNamesEveryCommandAndOption() throws {
    let page = try CommandLine("manual")
    #expect(page.status == 0)
    #expect(page.output.hasPrefix(".TH CNNCONV 1 "))
    for command in try Self.commands() where !command.path.isEmpty {
      #expect(page.output.contains(".SS \"cnnconv \(command.path.joined(separator: " "))\"\n"))
      for name in (command.arguments ?? []).flatMap({ $0.names ?? [] }) where name.name.count > 1 {
        if ["help", "version"].contains(name.name) { continue }
        #expect(page.output.contains("\\-\\-\(name.name.replacing("-", with: "\\-"))\\fR"), "\(name.name)")
      }
    }
    // The formatter finds nothing wrong, if there is one.
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
    let folder = try CommandLine.temporaryFolder()
    let formatted = try CommandLine(
      shell: "cnnconv manual > cnnconv.1 && groff -man -Tutf8 -ww -z cnnconv.1 2>&1", in: folder)
    #expect(formatted.status == 0)
    #expect(formatted.output == "")
  }

  /// Everything has its place below the prefix.
  @Test func installs() throws {
    let folder = try CommandLine.temporaryFolder()
    let script = CommandLine.root.appending(path: "Scripts/install.sh").path()
    let result = try CommandLine(
      shell: "CNNCONV_PROGRAM=\(CommandLine.program.path()) \(script) made/prefix", in: folder)
    #expect(result.status == 0, "\(result.errors)")
    for file in [
      "bin/cnnconv", "share/man/man1/cnnconv.1", "share/bash-completion/completions/cnnconv",
      "share/zsh/site-functions/_cnnconv", "share/fish/vendor_completions.d/cnnconv.fish",
    ] {
      let path = folder.appending(path: "made/prefix/\(file)").path()
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      #expect(size > 1000, "\(file)")
    }
  }
}
