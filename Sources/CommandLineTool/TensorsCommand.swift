import ArgumentParser
import CNNConv

struct TensorsCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "tensors", abstract: "Lists the tensors of a file, of a network that need not be known.",
    usage: "cnnconv tensors <FILE> [--stats | --tree] [--filter <GLOB>] [<options>]",
    discussion: """
      Reads ONNX models, PyTorch checkpoints, safetensors files, NumPy arrays and archives, and single tensors (.pb). \
      Names and shapes cost no time, because the weights are not read; --stats reads every one.

      Examples:
        cnnconv tensors checkpoint.pth
        cnnconv tensors model.onnx --filter '*.weight' --stats
        cnnconv tensors model.safetensors --tree
      """)

  @Argument(help: ArgumentHelp("The file or folder; - is stdin.", valueName: "FILE"), completion: .file())
  var file: String
  @Flag(name: .long, help: "Read all elements: range, mean, deviation, zeros, those not finite, and SHA-256.")
  var stats = false
  @Flag(name: .long, help: "Sum up by module instead of listing.") var tree = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "List names like this alone; * stands for any characters, ? for one. May be given several times.",
      valueName: "GLOB"))
  var filter: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("Take this of several state dicts in a checkpoint, such as model_ema.", valueName: "KEY"))
  var stateDict: String?
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard !tree || !(json || stats) else { throw ValidationError("--tree goes with neither --json nor --stats") }
  }

  func run() throws {
    let inventory = try ModelOptions.readTensors(file, stateDictionary: stateDict)
    if stats { Phase.begin("reading elements") }
    let report = try TensorsReport(inventory, patterns: filter.map { NamePattern($0) }, withStatistics: stats)
    if json {
      try Terminal.print(json: report)
    } else if tree {
      Terminal.print(page: TensorTree(report.tensors.map { ($0.name, $0.elements, $0.bytes) }).text)
      Terminal.print(report.closing)
    } else {
      Terminal.print(page: report.text)
    }
    if !shared.quiet { inventory.stored.remarks.forEach { Terminal.note($0.text(in: OptionWording())) } }
  }
}
