import ArgumentParser
import CNNConv

struct ReportCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes a page about a model: one HTML file that needs no network.",
    discussion: """
      The page tells what the model is, shows its graph (which zooms), its layers (a table that sorts and filters), what \
      'fuse' would make of it, and how its weights are spread. --profile runs it and adds the time of each step; --against \
      compares it with another model and plots the differences and the tolerance.

      Examples:
        cnnconv report resnet50.onnx -o resnet50.html
        cnnconv report resnet50.onnx -o resnet50.html --profile
        cnnconv report repvgg.pth -o repvgg.html --against deploy.onnx --layers
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Where to write.", valueName: "OUT.html"),
    completion: .file(extensions: ["html"]))
  var output: String
  @Flag(name: .long, help: "Run the model and add the time of each step.") var profile = false
  @Option(
    name: .long, help: ArgumentHelp("Compare the outputs with this model's on the same inputs.", valueName: "OTHER"),
    completion: .file())
  var against: String?
  @Flag(name: .long, help: "With --against: also compare every value that bears the same name in both.")
  var layers = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An input from a .npy, .npz or .pb file; the others are drawn from the seed.", valueName: "NAME=FILE"),
    completion: .file())
  var input: [String] = []
  @Option(name: .long, help: ArgumentHelp("The seed of the inputs.", valueName: "S")) var seed: UInt64 = 0
  @Flag(name: .long, help: "Write over the model that is read.") var force = false
  @Flag(name: .long, help: "Print JSON: what was written.") var json = false
  @OptionGroup var tolerance: ToleranceOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard output.hasSuffix(".html") else { throw ValidationError("\(output): a page's name ends in .html") }
    guard !layers || against != nil else { throw ValidationError("--layers goes with --against OTHER") }
    guard input.isEmpty || against != nil || profile else {
      throw ValidationError("--input goes with --profile or --against OTHER")
    }
    guard !engine.reference else { throw ValidationError("--reference has no steps to measure") }
  }

  func run() throws {
    let model = try options.read(model, isOther: against != nil)
    if !force { try OverwriteCheck([self.model, against ?? ""] + model.weightFiles).check(writing: output) }
    var settings = ReportSettings()
    settings.other = try against.map { try options.read($0, isOther: true) }
    settings.inputs = try InputFiles(model).read(input)
    (settings.comparesValues, settings.tolerance, settings.seed) = (layers, tolerance.value, seed)
    (settings.profiles, settings.session) = (profile, try engine.value)
    try WrittenPage.write(model, settings, to: output, isQuiet: shared.quiet, json: json)
  }
}
