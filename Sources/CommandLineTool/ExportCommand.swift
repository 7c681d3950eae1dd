import ArgumentParser
import CNNConv

struct ExportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model unchanged in another format or version.",
    discussion:
      """
      The format follows OUT's extension: \(FormatWords.endings). From weights to weights every tensor is written bit for \
      bit under its own name, and no architecture is looked for, unless --arch names one. The weights of a graph get the \
      keys of the network that it is recognised as, or else the names that they have in the file.

      Examples:
        cnnconv export checkpoint.pth -o model.onnx
        cnnconv export checkpoint.pth -o checkpoint.safetensors
        cnnconv export model.onnx -o older.onnx --opset 13
      """)

  @Argument(help: "The model.") var model: String
  @Option(name: .short, help: "Where to write.", completion: FormatWords.completion) var output: String
  @Option(name: .long, help: "Version of ONNX's operators to write.") var opset: Int?
  @Flag(name: .long, help: "Put weights into a file OUT.DIGEST.data, as models over 2 GB do by themselves.")
  var externalData = false
  @Flag(name: .long, help: "Write a state dict without comparing the network it is for with the model.")
  var noVerify = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    if try isWeightsToWeights {
      return try write(options.readTensors(model))
    }
    let network = try options.read(model)
    do {
      let remarks = try network.write(
        to: output, operatorSet: opset, externalData: externalData ? .always() : .automatic, isVerified: !noVerify)
      Terminal.resultIsOut()
      if !shared.quiet { Terminal.noteWritten(output, from: network, remarks) }
    } catch let error as ConversionError where error.isOfUnknownNetwork {
      if !shared.quiet { Terminal.note("\(model): \(error.message)") }
      try write(options.readTensors(model))
    }
  }

  /// True if neither side has a graph, and no architecture's keys are asked for.
  private var isWeightsToWeights: Bool {
    get throws {
      let formats = ModelFormats.standard
      guard try formats.format(writing: output).content == .weights, options.arch == nil,
        options.inputShape.isEmpty
      else { return false }
      return formats.content(of: model) == .weights
    }
  }

  private func write(_ inventory: TensorInventory) throws {
    var settings = FormatOptions()
    settings[OperatorSetOption.self] = opset.map { OperatorSetOption($0) }
    if externalData { settings[ExternalDataOption.self] = ExternalDataOption(.always()) }
    let remarks = try inventory.write(to: output, options: settings)
    Terminal.resultIsOut()
    guard !shared.quiet else { return }
    let stored = inventory.stored
    Terminal.note("\(stored.container.printable), \(stored.entries.count) tensors, each under its own name")
    for remark in stored.remarks { Terminal.note("  \(remark.text(in: OptionWording()))") }
    for omission in stored.omissions {
      Terminal.note("  tensor '\(omission.key.printable)' \(omission.reason.printable) and was left out")
    }
    remarks.forEach { Terminal.note("  \($0)") }
    Terminal.note("wrote \(output)")
  }
}
