import ArgumentParser
import CNNConv
import CNNSystem

struct LayersCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers", abstract: "Prints a line for each node: what it makes and what it costs.",
    usage: "cnnconv layers <MODEL> [--depth <N>] [--csv | --json] [<options>]",
    discussion: """
      Parameters count for the first node that reads them. MACs are multiplications followed by an addition at the \
      model's own batch, 1 if it is free.

      Examples:
        cnnconv layers resnet50.onnx
        cnnconv layers resnet50.pth --depth 1
        cnnconv layers yolo.onnx --input-shape 1x3x640x640 --csv > layers.csv
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .long,
    help: ArgumentHelp("One line for each module: the first N parts of the names' paths.", valueName: "N"))
  var depth: Int?
  @Flag(name: .long, help: "Print comma-separated values.") var csv = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard !csv || !json else { throw ValidationError("--csv and --json exclude each other") }
    guard depth.map({ (1...64).contains($0) }) ?? true else {
      throw ValidationError("--depth is a number from 1 to 64")
    }
  }

  func run() throws {
    var table = try options.read(model).layers()
    if let depth { table = table.grouped(depth: depth) }
    if json { return try Terminal.print(json: table) }
    if csv { return Terminal.print(page: table.csv) }
    let (text, omitted) = table.text(
      width: StandardStream.output.isTerminal ? StandardStream.output.columns : .max)
    Terminal.print(page: text)
    if !omitted.isEmpty, !shared.quiet {
      Terminal.flush()
      Terminal.note("no room for the columns \(omitted.joined(separator: ", ")): widen the terminal, or pipe the table")
    }
  }
}
