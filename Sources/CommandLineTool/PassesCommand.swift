import ArgumentParser
import CNNConv

struct PassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passes", abstract: "Lists the rules that fuse applies, in their order: law, guards and source.",
    usage: "cnnconv passes [--markdown | --json]",
    discussion: """
      Examples:
        cnnconv passes
        cnnconv passes --json
      """)

  @Flag(name: .long, help: "Print Markdown.") var markdown = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var shared: SharedOptions

  private struct Row: Encodable {
    let name: String
    let law: String
    let refusals: [String]
    let source: String
  }

  func validate() throws {
    guard !markdown || !json else { throw ValidationError("--markdown and --json exclude each other") }
  }

  func run() throws {
    if json {
      return try Terminal.print(
        json: PassSelection.rules.map { Row(name: $0.name, law: $0.law, refusals: $0.guards, source: $0.source) })
    }
    for rule in PassSelection.rules {
      if markdown {
        Terminal.print(page: "### \(rule.name)\n\n\(rule.law)\n\nRefused where\n")
        rule.guards.forEach { Terminal.print(page: "- \($0)") }
        Terminal.print(page: "\nSource: \(rule.source)\n")
      } else {
        Terminal.print(page: "\(rule.name)\n  \(rule.law)")
        rule.guards.forEach { Terminal.print(page: "  refused where \($0)") }
        Terminal.print(page: "  source: \(rule.source)")
      }
    }
  }
}
