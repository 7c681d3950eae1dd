import ArgumentParser
import CNNConv

struct PassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passes", abstract: "Lists the rules that fuse applies, in their order: law, guards and source.")

  @Flag(name: .long, help: "Print Markdown.") var markdown = false

  func run() {
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
