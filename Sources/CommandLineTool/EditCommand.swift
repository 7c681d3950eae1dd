import ArgumentParser
import CNNConv

struct EditCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Cuts a model, adds outputs, renames values, and writes it.",
    usage: "cnnconv edit <MODEL> -o <OUT> [--outputs <A,B>] [<options>]",
    discussion: """
      What the outputs do not need is cut away. The result is compared with the original on seeded inputs, which it is given \
      as the original has them in that place; if it departs, nothing is written. --input-shape changes shapes: N in place \
      of a number makes a batch free.

      Examples:
        cnnconv edit resnet50.onnx -o backbone.onnx --outputs layer4.2.relu2
        cnnconv edit yolo.onnx -o head.onnx --inputs p3,p4,p5
        cnnconv edit model.onnx -o watched.onnx --add-output conv1 --rename conv1=first
        cnnconv edit model.onnx -o free.onnx --input-shape N,3,224,224
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Where to write; - is stdout.", valueName: "OUT"),
    completion: FormatWords.completion)
  var output: String
  @Option(
    name: .long, help: ArgumentHelp("Begin with these values: what they were made of is cut away.", valueName: "A,B"))
  var inputs: String?
  @Option(name: .long, help: ArgumentHelp("Give these values, and nothing else.", valueName: "A,B"))
  var outputs: String?
  @Option(name: .long, help: ArgumentHelp("Give this value, too.", valueName: "VALUE")) var addOutput: [String] = []
  @Option(name: .long, help: ArgumentHelp("Call a value something else.", valueName: "OLD=NEW")) var rename: [String] =
    []
  @Option(name: .long, help: ArgumentHelp("The seed of the inputs that are compared.", valueName: "S"))
  var seed: UInt64 = 0
  @Flag(name: .long, help: "Write the result without comparing it with the original.") var noVerify = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var writing: WritingOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard inputs != nil || outputs != nil || !addOutput.isEmpty || !rename.isEmpty || !options.inputShape.isEmpty else {
      throw ValidationError("say what to change: --inputs, --outputs, --add-output, --rename or --input-shape")
    }
  }

  func run() throws {
    let target = try ModelOutput(output, writing.stream, keeping: [model], force: writing.force, json: json)
    guard try ModelFormats.standard.format(writing: target.path).content != .weights else {
      throw ConversionError(
        .usage, "weights alone have no values to cut at or to name; write an .onnx file", at: .init(file: output))
    }
    let names = try rename.map { text in
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2 else {
        throw ConversionError(.usage, "--rename \(text): write OLD=NEW")
      }
      return (old: sides[0], new: sides[1])
    }
    let original = try options.read(model)
    if !writing.force { try OverwriteCheck(original.weightFiles).check(writing: target.path) }
    let edited = try original.edited(
      ModelEdit(inputs: list(inputs), outputs: list(outputs), addedOutputs: addOutput, names: names))
    var report = EditReport(model: model, output: output, original, edited)
    if !noVerify {
      Phase.begin("comparing")
      let comparisons = try edited.comparison(with: original, seed: seed)
      report.outputs = comparisons
      guard comparisons.allSatisfy(\.agrees) else {
        if json { try Terminal.print(json: report) }
        comparisons.filter { !$0.agrees }.flatMap { ComparisonText($0).lines }.forEach { Terminal.note($0) }
        Terminal.note("the result departs from the original; nothing was written")
        throw ExitCode(.differs)
      }
    }
    Phase.begin("writing \(output)")
    let remarks = try edited.model.write(to: target.path)
    try target.finish()
    if json { try Terminal.print(json: report) } else { report.lines.forEach { Terminal.print($0) } }
    if !shared.quiet { Terminal.noteWritten(output, from: edited.model, remarks) }
  }

  private func list(_ text: String?) -> [String] { text?.split(separator: ",").map(String.init) ?? [] }
}

/// What `edit` prints.
private struct EditReport: Encodable {
  let model: String
  let output: String
  let nodesBefore: Int
  let nodesAfter: Int
  /// One comparison an output; `nil` if nothing was compared.
  var outputs: [Comparison]?
  private let ports: [(head: String, text: String)]

  private enum CodingKeys: String, CodingKey {
    case model, output, outputs
    case nodesBefore = "nodes_before"
    case nodesAfter = "nodes_after"
  }

  init(model: String, output: String, _ original: Model, _ edited: EditedModel) {
    (self.model, self.output) = (model, output)
    let graph = edited.model.graph
    (nodesBefore, nodesAfter) = (original.graph.nodes.count, graph.nodes.count)
    let port = { (id: ValueID) in "\(graph[id].name): \(graph[id].type)" }
    ports = graph.requiredInputs.map { ("input", port($0)) } + graph.outputs.map { ("output", port($0)) }
  }

  /// Lines for people.
  var lines: [String] {
    var lines = [output]
    lines += ports.map { "  \($0.head == "input" ? "input " : "output")  \($0.text)" }
    lines.append("  nodes   \(nodesAfter) of \(nodesBefore)")
    if let outputs {
      let worst = outputs.map { $0.maxAbsoluteError / max($0.maxExpected, .leastNormalMagnitude) }.max() ?? 0
      lines.append("  compared with the original: \(outputs.count.counted("output")) within \(Float(worst)) × max")
    }
    return lines
  }
}
