import ArgumentParser
import CNNConv

struct ImportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Reads a model, checks it, and prints what it is.")

  @Argument(help: "The model.") var model: String
  @Option(name: .short, help: "Also write the model here.", completion: FormatWords.completion) var output: String?
  @Flag(name: .long, help: "Print JSON.") var json = false
  @Flag(name: .long, help: "Look for weights that are not finite, which reads every one.") var checkWeights = false
  @Flag(name: .long, help: "Print the graph, node by node.") var graph = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let model = try options.read(model)
    let wording = OptionWording()
    Terminal.noteAssumptions(of: model, isQuiet: shared.quiet)
    var summary = model.summary(checkWeights: checkWeights)
    if let output {
      try model.write(to: output)
      Terminal.resultIsOut()
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
