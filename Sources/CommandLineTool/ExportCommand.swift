import ArgumentParser
import CNNConv

struct ExportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model unchanged in another format or version.",
    usage: "cnnconv export <MODEL> -o <OUT> [--opset <N>] [<options>]",
    discussion: """
      The format follows OUT's extension: \(FormatWords.endings). From weights to weights every tensor is written bit for \
      bit under its own name, and no architecture is looked for, unless --arch names one. The weights of a graph get the \
      keys of the network that it is recognised as, or else the names that they have in the file.

      Examples:
        cnnconv export checkpoint.pth -o model.onnx
        cnnconv export checkpoint.pth -o checkpoint.safetensors
        cnnconv export model.onnx -o older.onnx --opset 13
        cnnconv export cats.pth -o cats.onnx --labels breeds.txt --resize 232
        cnnconv export model.onnx -o net.param --precision float16
        cnnconv export model.onnx -o - --format safetensors > model.safetensors
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Where to write; - is stdout.", valueName: "OUT"),
    completion: FormatWords.completion)
  var output: String
  @Option(name: .long, help: ArgumentHelp("Version of ONNX's operators to write.", valueName: "N")) var opset: Int?
  @Option(
    name: .long,
    help: ArgumentHelp("Type to store weights in: float32 or float16; for ncnn.", valueName: "TYPE"))
  var precision: Precision?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Another name for an input or output, as in in=data; for ncnn. May be repeated.", valueName: "OLD=NEW"))
  var rename: [String] = []
  @Flag(name: .long, help: "Put weights into a file OUT.DIGEST.data, as models over 2 GB do by themselves.")
  var externalData = false
  @Flag(name: .long, help: "Write a state dict without comparing the network it is for with the model.")
  var noVerify = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var writing: WritingOptions
  @OptionGroup var pictures: KeptImageOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let target = try ModelOutput(output, writing.stream, keeping: [model], force: writing.force, json: json)
    let source = try StandardInput.path(for: model)
    if try isWeightsToWeights(source, target) {
      return try write(ModelOptions.tensors(of: source, stateDictionary: options.stateDict), target)
    }
    let network = try pictures.kept(by: options.model(of: source), writing: target.path)
    if !writing.force { try OverwriteCheck(network.weightFiles).check(writing: target.path) }
    do {
      Phase.begin("writing \(output)")
      let remarks = try network.write(to: target.path, options: try settings, isVerified: !noVerify)
      try target.finish()
      if json { try Terminal.print(json: ExportReport(model, network, output, remarks)) }
      if !shared.quiet { Terminal.noteWritten(output, from: network, remarks) }
    } catch let error as ConversionError where error.isOfUnknownNetwork {
      if !shared.quiet { Terminal.note("\(model): \(error.message)") }
      try write(ModelOptions.tensors(of: source, stateDictionary: options.stateDict), target)
    }
  }

  private var settings: FormatOptions {
    get throws {
      var settings = FormatOptions()
      settings[OperatorSetOption.self] = opset.map { OperatorSetOption($0) }
      settings[PrecisionOption.self] = precision.map { PrecisionOption($0.elementType) }
      if !rename.isEmpty {
        settings[NamesOption.self] = NamesOption(
          try rename.map { text in
            // A name may hold the sign itself, the new one does not.
            guard let sign = text.lastIndex(of: "="), sign > text.startIndex else {
              throw ValidationError("--rename takes OLD=NEW, as in input=data")
            }
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
          })
      }
      if externalData { settings[ExternalDataOption.self] = ExternalDataOption(.always()) }
      return settings
    }
  }

  /// True if neither side has a graph, and no architecture's keys are asked for.
  private func isWeightsToWeights(_ source: String, _ target: ModelOutput) throws -> Bool {
    let formats = ModelFormats.standard
    guard try formats.format(writing: target.path).content == .weights, options.arch == nil, !pictures.isSet,
      options.inputShape.isEmpty
    else { return false }
    return formats.keepsKeys(at: source)
  }

  private func write(_ inventory: TensorInventory, _ target: ModelOutput) throws {
    if !writing.force { try OverwriteCheck(inventory.files).check(writing: target.path) }
    Phase.begin("writing \(output)")
    let remarks = try inventory.write(to: target.path, options: try settings)
    try target.finish()
    if json { try Terminal.print(json: ExportReport(model, inventory, output, remarks)) }
    guard !shared.quiet else { return }
    let stored = inventory.stored
    let tensors = stored.entries.count == 1 ? "1 tensor" : "\(stored.entries.count) tensors, each"
    Terminal.note("\(stored.container.printable), \(tensors) under its own name")
    for remark in stored.remarks { Terminal.note("  \(remark.text(in: OptionWording()))") }
    for omission in stored.omissions {
      Terminal.note("  tensor '\(omission.key.printable)' \(omission.reason.printable) and was left out")
    }
    remarks.forEach { Terminal.note("  \($0)") }
    Terminal.note("wrote \(output)")
  }
}
