import ArgumentParser
import CNNConv

struct FuseCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuse", abstract: "Rewrites a model for deployment by exact rules, checks the result and writes it.",
    usage: "cnnconv fuse <MODEL> -o <OUT> [--passes <A,B>] [--skip <A,B>] [<options>]",
    discussion: """
      Normalizations and branches become plain convolutions, and what a run does not need goes away. The result is \
      compared with the original value by value on seeded inputs; where it departs, nothing is written. OUT's extension \
      says the format: \(FormatWords.endings).

      Examples:
        cnnconv fuse repvgg.pth -o deploy.onnx
        cnnconv fuse model.onnx -o deploy.onnx --explain
        cnnconv fuse model.onnx -o deploy.onnx --skip fold-constants
        cnnconv fuse model.onnx -o model.onnx --force
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Where to write; - is stdout.", valueName: "OUT"),
    completion: FormatWords.completion)
  var output: String
  @Option(name: .long, help: ArgumentHelp("Run these passes alone.", valueName: "A,B"), completion: .passes)
  var passes: String?
  @Option(name: .long, help: ArgumentHelp("Leave these passes out.", valueName: "A,B"), completion: .passes)
  var skip: String?
  @Option(name: .long, help: ArgumentHelp("Version of ONNX's operators to write.", valueName: "N")) var opset: Int?
  @Flag(name: .long, help: "Make constants of the inputs that have a default, so that they can be folded.")
  var freezeInputs = false
  @Flag(name: .long, help: "Write the result without comparing it with the original.") var noVerify = false
  @Option(name: .long, help: ArgumentHelp("The seed of the inputs that are compared.", valueName: "S"))
  var seed: UInt64 = 0
  @Flag(name: .long, help: "Say what was not done, and why.") var explain = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var writing: WritingOptions
  @OptionGroup var pictures: KeptImageOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let target = try ModelOutput(output, writing.stream, keeping: [self.model], force: writing.force, json: json)
    let format = try ModelFormats.standard.format(writing: target.path)
    var selection = PassSelection(only: passes.map(names), skipped: skip.map(names) ?? [])
    if format.keepsLayersApart { selection = selection.keepingLayers }
    let model = try pictures.kept(by: options.read(self.model), writing: target.path)
    if !writing.force { try OverwriteCheck(model.weightFiles).check(writing: target.path) }
    Phase.begin("rewriting")
    let fusion = try model.fused(selection, operatorSet: opset, freezesInputs: freezeInputs)
    var report = FusionReport(model: self.model, output: output, fusion)
    if !noVerify {
      let verification = try model.verify(fused: fusion.model, seed: seed) {
        Terminal.progress($0, of: $1, $2, isQuiet: shared.quiet || json)
      }
      Terminal.progress(1, of: 1, "", isQuiet: shared.quiet || json)
      report.verification = verification
      guard verification.agrees else {
        if json { try show(report) }
        throw ConversionError(
          .differs, "the result departs from the original: \(verification.firstDifference ?? ""); nothing is written",
          at: .init(file: self.model))
      }
    }
    Phase.begin("writing \(output)")
    let remarks = try fusion.model.write(
      to: target.path, operatorSet: format.takes(OperatorSetOption.self) ? opset : nil, isVerified: !noVerify)
    report.measureOutput(at: target.path)
    try target.finish()
    try show(report)
    if !shared.quiet { Terminal.noteWritten(output, from: model, remarks) }
  }

  private func show(_ report: FusionReport) throws {
    let wording = OptionWording()
    guard json else { return Terminal.print(page: report.text(explains: explain, in: wording)) }
    var report = report
    for index in report.refusals.indices {
      report.refusals[index].reason = Remark(report.refusals[index].reason.text(in: wording))
    }
    report.remarks = report.remarks.map { Remark($0.text(in: wording)) }
    try Terminal.print(json: report)
  }

  private func names(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }
}
