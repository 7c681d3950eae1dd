import ArgumentParser
import CNNConv

struct ImportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Reads a model, checks it, and prints what it is.",
    usage: "cnnconv import <MODEL> [-o <OUT>] [<options>]",
    discussion: """
      Weights alone have no graph: the network is told from their names and shapes. Operators, types and shapes of \
      everything are checked; weights stay in the file until they are used.

      Examples:
        cnnconv import model.onnx
        cnnconv import checkpoint.pth --json
        cnnconv import model.onnx --input-shape 8x3x224x224 --check-weights
        curl -L https://host/model.onnx | cnnconv import -
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Also write the model here; - is stdout.", valueName: "OUT"),
    completion: FormatWords.completion)
  var output: String?
  @OptionGroup var writing: WritingOptions
  @Flag(name: .long, help: "Print JSON.") var json = false
  @Flag(name: .long, help: "Look for weights that are not finite, which reads every one.") var checkWeights = false
  @Flag(name: .long, help: "Print the graph, node by node.") var graph = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let target = try output.map {
      try ModelOutput($0, writing.stream, keeping: [self.model], force: writing.force, json: json)
    }
    let model = try options.read(self.model)
    let wording = OptionWording()
    Terminal.noteAssumptions(of: model, isQuiet: shared.quiet)
    var summary = model.summary(checkWeights: checkWeights)
    if let target {
      if !writing.force { try OverwriteCheck(model.weightFiles).check(writing: target.path) }
      Phase.begin("writing \(target.name)")
      try model.write(to: target.path)
      try target.finish()
    }
    if json {
      summary.findings = summary.findings.map { Remark($0.text(in: wording)) }
      summary.assumptions = summary.assumptions.map { Remark($0.text(in: wording)) }
      try Terminal.print(json: summary)
    } else {
      Terminal.print(page: summary.text(in: wording))
      if graph { Terminal.print(page: String(model.graph.text.dropLast())) }
    }
  }
}
