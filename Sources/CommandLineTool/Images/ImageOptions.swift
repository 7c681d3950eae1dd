import ArgumentParser
import CNNConv

/// Pictures as inputs of `run`.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Classify pictures, or find things in them (JPEG, PNG, WebP, PPM) or all in a folder, prepared as the network expects.",
      valueName: "FILE"
    ),
    completion: .file())
  var image: [String] = []
  @Option(name: .long, help: ArgumentHelp("Pictures: print so many classes of each.", valueName: "K")) var top = 5
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Pictures: names of classes, a line each or JSON; the model's own or ImageNet's if not given.", valueName: "FILE"),
    completion: .file())
  var labels: String?
  @Option(name: .long, help: ArgumentHelp("Pictures: run so many at a time.", valueName: "N")) var batch = 8
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Pictures: write what a detector or segmenter found into a copy; of several pictures, into a folder.",
      valueName: "OUT.png"), completion: .file(extensions: ["png"]))
  var draw: String?
  @Option(name: .long, help: ArgumentHelp("Detectors: the least score of a box, from 0 to 1.", valueName: "SCORE"))
  var confidence = 0.25
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Detectors: of two boxes of a class that share more than this part, drop the lower one.", valueName: "SHARE"))
  var overlap = 0.7
  @Flag(name: .long, help: "Pictures: print CSV.") var csv = false
  @OptionGroup var preparation: ImagePreparationOptions

  /// True if pictures are given.
  var isGiven: Bool { !image.isEmpty }

  /// Which boxes count.
  var selection: BoxSelection { BoxSelection(confidence: confidence, overlap: overlap) }

  func validate() throws {
    guard (0...1).contains(confidence) else { throw ValidationError("--confidence is a number from 0 to 1") }
    guard (0...1).contains(overlap) else { throw ValidationError("--overlap is a number from 0 to 1") }
    guard (1...100_000).contains(top) else { throw ValidationError("--top is a number from 1 to 100000") }
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is a number from 1 to 1024") }
    guard isGiven || !csv && labels == nil && draw == nil && !preparation.isSet else {
      throw ValidationError("--labels, --draw, --csv and the settings of pictures go with --image FILE")
    }
  }
}
