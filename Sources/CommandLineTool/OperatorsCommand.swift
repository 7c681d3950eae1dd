import ArgumentParser
import CNNConv

struct OperatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operators", abstract: "Lists the ONNX operators that can run, with the versions that changed each.")

  @Flag(name: .long, help: "Print a Markdown table.") var markdown = false

  func run() {
    let signatures = Model.operators
    if markdown {
      Terminal.print(page: "| domain | operator | versions |\n| --- | --- | --- |")
      for signature in signatures {
        Terminal.print("| \(domain(signature)) | \(signature.name) | \(versions(signature)) |")
      }
    } else {
      for signature in signatures {
        let name = signature.domain.isEmpty ? signature.name : "\(signature.domain).\(signature.name)"
        Terminal.print(name.rightPadded(36, gap: 1) + versions(signature))
      }
    }
  }

  private func domain(_ signature: OperatorSignature) -> String {
    signature.domain.isEmpty ? "ai.onnx" : signature.domain
  }

  private func versions(_ signature: OperatorSignature) -> String {
    signature.versions.map(String.init).joined(separator: ", ")
  }
}
