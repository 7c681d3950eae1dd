import ArgumentParser
import CNNConv

struct ExportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model unchanged in another format or version.",
    discussion:
      "The format follows OUT's extension: \(FormatWords.endings) with the keys of the recognised architecture."
  )

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
    let model = try options.read(model)
    let remarks = try model.write(
      to: output, operatorSet: opset, externalData: externalData ? .always() : .automatic, isVerified: !noVerify)
    Terminal.resultIsOut()
    if !shared.quiet { Terminal.noteWritten(output, from: model, remarks) }
  }
}
