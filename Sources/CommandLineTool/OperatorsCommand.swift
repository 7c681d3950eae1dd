import ArgumentParser
import CNNConv

struct OperatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operators", abstract: "Lists the ONNX operators that can run, with the versions that changed each.",
    usage: "cnnconv operators [--markdown | --json]",
    discussion: """
      Examples:
        cnnconv operators
        cnnconv operators --json
      """)

  @Flag(name: .long, help: "Print a Markdown table.") var markdown = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var shared: SharedOptions

  private struct Row: Encodable {
    let domain: String
    let name: String
    let versions: [Int]

    init(_ signature: OperatorSignature) {
      domain = signature.domain.isEmpty ? "ai.onnx" : signature.domain
      (name, versions) = (signature.name, signature.versions)
    }

    var versionList: String { versions.map(String.init).joined(separator: ", ") }
  }

  func validate() throws {
    guard !markdown || !json else { throw ValidationError("--markdown and --json exclude each other") }
  }

  func run() throws {
    let rows = Model.operators.map(Row.init)
    if json { return try Terminal.print(json: rows) }
    if markdown { Terminal.print(page: "| domain | operator | versions |\n| --- | --- | --- |") }
    for row in rows {
      if markdown {
        Terminal.print("| \(row.domain) | \(row.name) | \(row.versionList) |")
      } else {
        let name = row.domain == "ai.onnx" ? row.name : "\(row.domain).\(row.name)"
        Terminal.print(name.rightPadded(36, gap: 1) + row.versionList)
      }
    }
  }
}
