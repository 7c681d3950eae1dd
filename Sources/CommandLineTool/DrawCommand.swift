import ArgumentParser
import CNNConv

struct DrawCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draws a model's graph.",
    discussion: """
      A box holds a layer and what follows it, with main settings and output shape. Equal blocks in a row are drawn once, in \
      a frame that says how often. OUT.svg is a picture for browsers and documents, in light or dark as its reader prefers; \
      OUT.html is the page that 'cnnconv report' makes.

      Examples:
        cnnconv draw resnet50.onnx -o resnet50.svg
        cnnconv draw resnet50.onnx -o overview.svg --depth 1
        cnnconv draw lenet5.pth -o all.svg --full
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .short, help: ArgumentHelp("Where to write.", valueName: "OUT.svg|.html"),
    completion: .file(extensions: ["svg", "html"]))
  var output: String
  @Option(
    name: .long, help: ArgumentHelp("One box for each module: the first N parts of the names' paths.", valueName: "N"))
  var depth: Int?
  @Flag(name: .long, help: "A box for each node; nothing is folded.") var full = false
  @Flag(name: .long, help: "Write over the model that is read.") var force = false
  @Flag(name: .long, help: "Print JSON: what was drawn.") var json = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard depth.map({ (1...64).contains($0) }) ?? true else {
      throw ValidationError("--depth is a number from 1 to 64")
    }
    guard depth == nil || !full else { throw ValidationError("--depth and --full exclude each other") }
    guard output.hasSuffix(".svg") || output.hasSuffix(".html") else {
      throw ValidationError("\(output): a picture's name ends in .svg, a page's in .html")
    }
    guard output.hasSuffix(".svg") || (depth == nil && !full) else {
      throw ValidationError("--depth and --full go with OUT.svg; a page holds several pictures")
    }
  }

  func run() throws {
    let model = try options.read(model)
    if !force { try OverwriteCheck([self.model] + model.weightFiles).check(writing: output) }
    if output.hasSuffix(".html") {
      return try WrittenPage.write(model, ReportSettings(), to: output, isQuiet: shared.quiet, json: json)
    }
    let diagram = try model.diagram(full ? .full : depth.map { .modules(depth: $0) } ?? .automatic)
    let bytes = try PageFile.write(diagram.svg, to: output)
    Terminal.resultIsOut()
    if json { return try Terminal.print(json: DrawReport(self.model, output, diagram, bytes: bytes)) }
    guard !shared.quiet else { return }
    Terminal.note(
      "wrote \(output): \(diagram.boxes == 1 ? "1 box" : "\(diagram.boxes) boxes") for \(diagram.nodes.counted("node")), \(diagram.width) x \(diagram.height) pixels"
    )
  }
}
