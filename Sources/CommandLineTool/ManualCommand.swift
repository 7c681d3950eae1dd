import ArgumentParser
import CNNConv
import FoundationEssentials

/// Prints the page for `man`, made of what the commands say of themselves.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Prints the page for man.", usage: "cnnconv manual > cnnconv.1",
    shouldDisplay: false)

  @OptionGroup var shared: SharedOptions

  func run() throws {
    let help = try JSONDecoder().decode(ManualPage.Tool.self, from: Data(Cnnconv._dumpHelp().utf8))
    Terminal.print(page: ManualPage(help.command, version: Cnnconv.configuration.version).text)
  }
}

/// A page in the language of `man`.
struct ManualPage {
  /// What the argument parser tells of a program.
  struct Tool: Decodable { let command: Command }

  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let shouldDisplay: Bool
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let defaultValue: String?
    let allValues: [String]?
  }

  private static let exits = [
    ("0", "done"), ("1", "compared and differs"), ("64", "wrong usage"), ("65", "bad input data"),
    ("66", "input not found"), ("69", "not supported"), ("70", "a fault of the program"),
    ("73", "cannot create the output"), ("74", "read or write failed"), ("75", "a limit was hit"),
  ]
  private static let variables = [
    ("CNNCONV_CACHE", "The folder for compiled plans."),
    ("CNNCONV_CACHE_LIMIT", "The most bytes that they take, as in 500MB; 2 GiB if not set."),
    ("TMPDIR", "The folder for what comes from stdin or goes to stdout; /tmp if not set."),
  ]

  private var lines: [String] = []
  var text: String { lines.joined(separator: "\n") }

  init(_ program: Command, version: String) {
    lines = [".TH CNNCONV 1 \"\" \"cnnconv \(version)\" \"User Commands\"", ".SH NAME"]
    lines.append("cnnconv \\- \(escaped(program.abstract ?? ""))")
    lines += [".SH SYNOPSIS", ".B cnnconv", ".I command", "[\\fIoptions\\fR]", ".SH DESCRIPTION"]
    describe(program.discussion)
    lines.append(".SH COMMANDS")
    for command in program.subcommands ?? [] where command.shouldDisplay ?? true { add(command, "cnnconv") }
    lines.append(".SH EXIT STATUS")
    Self.exits.forEach { item($0, $1) }
    lines.append(".SH ENVIRONMENT")
    Self.variables.forEach { item($0, $1) }
  }

  private mutating func add(_ command: Command, _ path: String) {
    guard command.commandName != "help" else { return }
    lines.append(".SS \"\(escaped("\(path) \(command.commandName)"))\"")
    lines.append(escaped(command.abstract ?? ""))
    if let discussion = command.discussion {
      lines.append(".PP")
      describe(discussion)
    }
    for argument in command.arguments ?? [] where argument.shouldDisplay { add(argument) }
    for inner in command.subcommands ?? [] where inner.shouldDisplay ?? true {
      add(inner, "\(path) \(command.commandName)")
    }
  }

  private mutating func add(_ argument: Argument) {
    let names = (argument.names ?? []).filter { $0.name != "help" && $0.name != "version" && $0.name != "h" }
    guard argument.kind == "positional" || !names.isEmpty else { return }
    let value = argument.kind == "flag" ? nil : argument.valueName.map { "\\fI\(escaped($0))\\fR" }
    let spelled = names.map { "\\fB\(escaped(($0.kind == "long" ? "--" : "-") + $0.name))\\fR" }
    var about = argument.abstract ?? ""
    if let values = argument.allValues, !values.isEmpty { about += " (\(values.joined(separator: ", ")))" }
    if let given = argument.defaultValue, argument.kind == "option" { about += " (\(given) if not given)" }
    lines += [
      ".TP",
      ([spelled.joined(separator: ", ")] + [value].compactMap(\.self)).filter { !$0.isEmpty }
        .joined(separator: " "), escaped(about),
    ]
  }

  /// Paragraphs; what follows on "Examples:" stands as it is.
  private mutating func describe(_ text: String?) {
    var isExample = false
    for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "Examples:" {
        lines += [".PP", "Examples:", ".PP", ".nf", ".RS"]
        isExample = true
      } else if line.isEmpty {
        lines.append(".PP")
      } else {
        lines.append(escaped(String(line.drop { $0 == " " })))
      }
    }
    if isExample { lines += [".RE", ".fi"] }
  }

  private mutating func item(_ name: String, _ text: String) {
    lines += [".TP", "\\fB\(escaped(name))\\fR", escaped(text)]
  }

  /// Text in which nothing is a command of the page's language.
  private func escaped(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": plain += "\\e"
      case "-": plain += "\\-"
      case _ where scalar.isASCII: plain.unicodeScalars.append(scalar)
      default:
        let number = String(scalar.value, radix: 16, uppercase: true)
        plain += "\\[u\(String(repeating: "0", count: max(0, 4 - number.count)))\(number)]"
      }
    }
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&\(plain)" : plain
  }
}
