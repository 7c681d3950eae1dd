import ArgumentParser
import CNNConv

struct FuseCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuse", abstract: "Rewrites a model for deployment by exact rules, checks the result and writes it.",
    discussion: """
      Normalizations and branches become plain convolutions, and what a run does not need goes away. The result is \
      compared with the original value by value on seeded inputs; where it departs, nothing is written. OUT's extension \
      says the format: \(FormatWords.endings).
      """)

  @Argument(help: "The model.") var model: String
  @Option(name: .short, help: "Where to write.", completion: FormatWords.completion) var output: String
  @Option(name: .long, help: ArgumentHelp("Run these passes alone.", valueName: "A,B")) var passes: String?
  @Option(name: .long, help: ArgumentHelp("Leave these passes out.", valueName: "A,B")) var skip: String?
  @Option(name: .long, help: "Version of ONNX's operators to write.") var opset: Int?
  @Flag(name: .long, help: "Write the result without comparing it with the original.") var noVerify = false
  @Option(name: .long, help: "The seed of the inputs that are compared.") var seed: UInt64 = 0
  @Flag(name: .long, help: "Say what was not done, and why.") var explain = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let format = try ModelFormats.standard.format(writing: output)
    var selection = PassSelection(only: passes.map(names), skipped: skip.map(names) ?? [])
    if format.keepsLayersApart { selection = selection.keepingLayers }
    let model = try options.read(model)
    let fusion = try model.fused(selection, operatorSet: opset)
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
    let remarks = try fusion.model.write(
      to: output, operatorSet: format.takes(OperatorSetOption.self) ? opset : nil, isVerified: !noVerify)
    Terminal.resultIsOut()
    report.measureOutput()
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
    try Terminal.print(json: report)
  }

  private func names(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }
}
