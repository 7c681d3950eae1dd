import ArgumentParser
import CNNConv

struct DiffCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Says what differs between two files, tensor by tensor.",
    usage: "cnnconv diff <A> <B> [<options>]",
    discussion: """
      Tensors are matched by name. If one file brings a graph along and few names agree, both are put under the keys of \
      the network that they are recognised as; what is left over is matched by type, shape and contents. In a graph names \
      are free, so that another name alone is no difference there. Exit 1 if something differs.

      Examples:
        cnnconv diff before.pth after.safetensors
        cnnconv diff checkpoint.pth model.onnx --json
      """)

  @Argument(help: ArgumentHelp("The first file or folder; - is stdin.", valueName: "A"), completion: .file())
  var first: String
  @Argument(help: ArgumentHelp("The second file or folder; - is stdin.", valueName: "B"), completion: .file())
  var second: String
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let (before, after) = (try ModelOptions.readTensors(first), try ModelOptions.readTensors(second))
    Phase.begin("comparing")
    let comparison = try WeightsComparison(before, after)
    let report = DiffReport(comparison, first, second)
    if json { try Terminal.print(json: report) } else { Terminal.print(page: report.text) }
    if !shared.quiet {
      for inventory in [before, after] where !inventory.stored.omissions.isEmpty {
        Terminal.note("\(inventory.path): \(inventory.stored.omissions.count) tensors cannot be read and were left out")
      }
    }
    if !comparison.agrees { throw ExitCode(.differs) }
  }
}
