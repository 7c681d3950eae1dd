import ArgumentParser
import CNNConv

struct PassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passes", abstract: "Lists the rules that fuse applies, in their order: law, guards and source.")

  @Flag(name: .long, help: "Print Markdown.") var markdown = false

  func run() {
    for rule in PassSelection.rules {
      if markdown {
        print("### \(rule.name)\n\n\(rule.law)\n\nRefused where\n")
        rule.guards.forEach { print("- \($0)") }
        print("\nSource: \(rule.source)\n")
      } else {
        print("\(rule.name)\n  \(rule.law)")
        rule.guards.forEach { print("  refused where \($0)") }
        print("  source: \(rule.source)")
      }
    }
  }
}
