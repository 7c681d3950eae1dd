import ArgumentParser
import CNNConv

struct ZooCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo", abstract: "Lists the architectures, or builds one with seeded random weights.",
    usage: """
      cnnconv zoo [--json]
      cnnconv zoo <NAME> -o <OUT> [<options>]
      """,
    discussion: """
      Equal seeds give equal files, on every machine.

      Examples:
        cnnconv zoo
        cnnconv zoo lenet5 -o lenet5.onnx
        cnnconv zoo lenet5 -o lenet5.pth --classes 3 --seed 7
      """)

  @Argument(
    help: ArgumentHelp("The architecture to build; all are listed if none is given.", valueName: "NAME"),
    completion: .networks)
  var name: String?
  @Option(
    name: .short, help: ArgumentHelp("Where to write the model; - is stdout.", valueName: "OUT"),
    completion: FormatWords.completion)
  var output: String?
  @Option(name: .long, help: ArgumentHelp("The seed of the weights.", valueName: "S")) var seed: UInt64 = 0
  @Option(
    name: .long, help: ArgumentHelp("The number of classes; the architecture's own if not given.", valueName: "N"))
  var classes: Int?
  @Flag(name: .long, help: "Build the form for deployment, if it differs.") var deploy = false
  @OptionGroup var stream: StreamOptions
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if name == nil, output != nil { throw ValidationError("a NAME is missing") }
    if let classes, !(1...1_000_000).contains(classes) { throw ValidationError("--classes takes 1 to 1000000") }
  }

  func run() throws {
    guard let name else { return try list() }
    guard let output else {
      // Names that are none come first.
      _ = try Zoo.entry(named: name)
      throw ConversionError(.usage, "-o OUT is missing; name a file to write, as in -o \(name).onnx")
    }
    let target = try ModelOutput(output, stream, json: json)
    Phase.begin("drawing weights")
    let model = try Model(graph: Zoo.build(name, classes: classes, deployed: deploy, seed: seed))
    Phase.begin("writing \(output)")
    try model.write(to: target.path)
    try target.finish()
    if json { try Terminal.print(json: ExportReport(nil, model, output, [])) }
    if !shared.quiet { Terminal.note("wrote \(output)") }
  }

  private struct Row: Encodable {
    let name: String
    let title: String
    let parameters: Int
    let macs: Int
    let input: [Int]
  }

  private func list() throws {
    let rows = Zoo.entries.map { entry in
      let figures = entry.figures
      return Row(
        name: entry.name, title: entry.title, parameters: figures.parameters, macs: figures.macs,
        input: entry.inputShape)
    }
    if json { return try Terminal.print(json: rows) }
    for row in rows {
      Terminal.print(
        row.name.rightPadded(28, gap: 1) + row.title.rightPadded(36, gap: 1)
          + row.input.map(String.init).joined(separator: "x").rightPadded(14, gap: 1)
          + row.parameters.inMillions.leftPadded(10, gap: 1) + " M parameters"
          + row.macs.inMillions.leftPadded(10, gap: 1) + " M MACs")
    }
  }
}
