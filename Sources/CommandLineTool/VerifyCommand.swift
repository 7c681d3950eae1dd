import ArgumentParser
import CNNConv
import CNNSystem

struct VerifyCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compares a model's outputs with fixtures or with another model.",
    usage: """
      cnnconv verify <MODEL> <FIXTURE> ... [<options>]
      cnnconv verify <MODEL> --against <OTHER> [--layers] [<options>]
      cnnconv verify --suite <DIR> [<options>]
      """,
    discussion: """
      A fixture is a folder of input_0.pb …, output_0.pb … in the ONNX layout, of .npy files named so or after the values, \
      or a .npz file with an array for each. An element agrees if its difference from the expected one is at most \
      atol + rtol · |expected|; integers must be equal unless a tolerance is given, and infinities and NaN never agree \
      unless they are allowed. With --against, both graphs are computed as they stand unless said otherwise: rewriting \
      both could make one mistake on both sides. A model whose file has example inputs, as torch.export writes them, needs \
      neither: it runs on them, and the engine is compared with the reference evaluation.

      Examples:
        cnnconv verify model.onnx test_data_set_0
        cnnconv verify model.onnx --against fused.onnx --layers
        cnnconv verify model.pth --against model.onnx --input photo.npy --rtol 1e-4
        cnnconv verify model.onnx --against fused.onnx --images photographs
        cnnconv verify model.pt2
        cnnconv verify --suite cases --json
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String?
  @Argument(help: ArgumentHelp("Fixtures: folders, or .npz files.", valueName: "FIXTURE"), completion: .file())
  var fixtures: [String] = []
  @Option(
    name: .long, help: ArgumentHelp("Compare with this model on the same inputs.", valueName: "OTHER"),
    completion: .file())
  var against: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --against: an input from a .npy, .npz or .pb file; the others are drawn from the seed.",
      valueName: "NAME=FILE"), completion: .file())
  var input: [String] = []
  @Option(
    name: .long, help: ArgumentHelp("With --against: inputs by name from an archive.", valueName: "FILE"),
    completion: .file(extensions: ["npz"]))
  var npz: [String] = []
  @Option(name: .long, help: ArgumentHelp("The seed of the inputs.", valueName: "S")) var seed: UInt64 = 0
  @Flag(
    name: .long,
    help:
      "Also compare values inside and name the first that departs: those of equal names or in equal places of OTHER, or those that a FIXTURE holds."
  )
  var layers = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "If something differs, write the smallest part of MODEL that still does, and beside it what it should give.",
      valueName: "OUT"), completion: FormatWords.completion)
  var reduce: String?
  @Option(
    name: .long, help: ArgumentHelp("Run every case in the folders of DIR.", valueName: "DIR"), completion: .directory)
  var suite: String?
  @Flag(name: .long, help: "Print JSON.") var json = false
  @Option(name: .long, help: WayOfComputing.help) var compute: WayOfComputing?
  @Option(name: .long, help: ArgumentHelp("The same for the other model.", valueName: "WAY"))
  var otherCompute: WayOfComputing?
  @OptionGroup var pictures: VerifyImages
  @OptionGroup var tolerance: ToleranceOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if suite != nil {
      guard model == nil, against == nil else { throw ValidationError("--suite takes no other model") }
    } else if model == nil {
      throw ValidationError("a MODEL is missing")
    }
    guard !layers && reduce == nil || against != nil || !fixtures.isEmpty else {
      throw ValidationError("--layers and --reduce go with --against OTHER or a FIXTURE")
    }
    guard input.isEmpty && npz.isEmpty && !pictures.isGiven || against != nil else {
      throw ValidationError("--input, --npz and --images go with --against OTHER; a FIXTURE has inputs of its own")
    }
    guard !pictures.isGiven || input.isEmpty && npz.isEmpty else {
      throw ValidationError("--images gives the inputs; leave --input and --npz out")
    }
    guard otherCompute == nil || against != nil else {
      throw ValidationError("--other-compute goes with --against OTHER")
    }
    guard compute == nil || !engine.reference else { throw ValidationError("--reference says what --compute says") }
  }

  func run() throws {
    if let suite { return try runSuite(suite) }
    guard let path = model else { return }
    let model = try options.read(path, isOther: against != nil)
    Phase.begin("comparing")
    var results: [Verification] = []
    if against == nil, fixtures.isEmpty {
      guard !model.exampleInputs.isEmpty else {
        throw ValidationError("a FIXTURE folder or --against OTHER is missing")
      }
      results.append(try model.verifyExample(tolerance: tolerance.value, options: computing(.engine)))
    }
    var (layerResult, fixtureLayers) = (LayerVerification?.none, [LayerVerification]())
    var own = model
    var other: (model: Model, inputs: [String: Tensor])?
    for folder in fixtures {
      try checkIsNoModel(folder)
      let fixture = try Fixture(path: folder, for: model)
      results.append(try model.verify(fixture, tolerance: tolerance.value, options: computing(.engine)))
      if layers { fixtureLayers.append(try model.verifyLayers(fixture, tolerance: tolerance.value)) }
    }
    var pictureResult: PictureVerification?
    if let against {
      var opposite = try options.read(against, isOther: true)
      var inputs = try InputFiles(model).read(input + npz)
      Phase.begin("comparing")
      var otherOptions = try computing(.unfused)
      if let otherCompute { otherOptions.way = otherCompute }
      if pictures.isGiven {
        let compared = try pictures.compare(
          (own, opposite), options, tolerance: tolerance.value, ways: (computing(.unfused), otherOptions),
          isQuiet: shared.quiet || json)
        ((own, opposite), inputs, pictureResult) = (compared.models, compared.inputs, compared.outcome)
      }
      other = (opposite, inputs)
      if layers {
        layerResult = try own.verifyLayers(
          against: opposite, inputs: inputs, seed: seed, tolerance: tolerance.value)
      }
      if pictureResult == nil {
        results.append(
          try own.verify(
            against: opposite, inputs: inputs, seed: seed, tolerance: tolerance.value, options: computing(.unfused),
            otherOptions: otherOptions))
      }
    }
    let layerResults = fixtureLayers + [layerResult].compactMap(\.self)
    let passed =
      results.allSatisfy(\.agrees) && layerResults.allSatisfy(\.agrees) && pictureResult?.agrees ?? true
    let reduction = try passed ? nil : reduce.map { try reduced(own, other, to: $0) }
    if json {
      try Terminal.print(
        json: Report(
          model: path, passed: passed, results: results, pictures: pictureResult, layers: layerResult,
          fixtureLayers: fixtureLayers, reduced: reduction))
    } else {
      layerResults.forEach { LayersText($0).lines.forEach { Terminal.print($0) } }
      results.forEach(show)
      pictureResult?.lines.forEach { Terminal.print($0) }
      if let reduction { Terminal.print(reduction.text) }
    }
    if !passed { throw ExitCode(.differs) }
  }

  /// A second model is compared by an option of its own.
  private func checkIsNoModel(_ path: String) throws {
    guard FileStatus(path: path)?.kind == .file, !path.hasSuffix(".npz"), let file = try? ModelFile(path: path),
      ModelFormats.standard.format(of: file) != nil
    else { return }
    throw ConversionError(
      .usage, "is a model, not a fixture; write --against before it to compare with it", at: .init(file: path))
  }

  /// How the model is computed, unless said otherwise.
  private func computing(_ way: WayOfComputing) throws -> SessionOptions {
    var options = try engine.value
    options.way = compute ?? (engine.reference ? .reference : way)
    return options
  }

  private struct Report: Encodable {
    let model: String
    let passed: Bool
    let results: [Verification]
    let pictures: PictureVerification?
    let layers: LayerVerification?
    let fixtureLayers: [LayerVerification]
    let reduced: Reduction?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(model, forKey: .model)
      try container.encode(passed, forKey: .passed)
      try container.encode(results, forKey: .results)
      try container.encodeIfPresent(pictures, forKey: .pictures)
      try container.encodeIfPresent(layers, forKey: .layers)
      if !fixtureLayers.isEmpty { try container.encode(fixtureLayers, forKey: .fixtureLayers) }
      try container.encodeIfPresent(reduced, forKey: .reduced)
    }

    private enum CodingKeys: String, CodingKey {
      case model, passed, results, pictures, layers, reduced
      case fixtureLayers = "fixture_layers"
    }
  }

  /// Writes the smallest part that differs.
  private func reduced(
    _ model: Model, _ other: (model: Model, inputs: [String: Tensor])?, to output: String
  ) throws -> Reduction {
    try OverwriteCheck([model.path, other?.model.path].compactMap(\.self)).check(writing: output)
    var part: ReducedModel?
    if let other {
      part = try model.reduced(against: other.model, inputs: other.inputs, seed: seed, tolerance: tolerance.value)
    }
    for folder in fixtures where part == nil {
      part = try model.reduced(Fixture(path: folder, for: model), tolerance: tolerance.value)
    }
    return try Reduction(part, writing: output)
  }

  private func show(_ verification: Verification) {
    Terminal.print(verification.against)
    for output in verification.outputs {
      ComparisonText(output).lines.forEach { Terminal.print("  \($0)") }
    }
    switch verification.otherComputed {
    case nil: Terminal.print("  computed \(verification.computed.words)")
    case verification.computed: Terminal.print("  both computed \(verification.computed.words)")
    case let other?:
      Terminal.print("  computed \(verification.computed.words); the other \(other.words)")
    }
  }

  private func runSuite(_ path: String) throws {
    // Each case has limits of its own, in proportion to it.
    if limits.memoryLimit == nil { MemoryBudget.process.limit = .max }
    let report = try SuiteReport(
      folder: path, tolerance: tolerance.value, options: try engine.value,
      progress: { Terminal.progress($0, of: $1, $2, isQuiet: shared.quiet || json) },
      outcome: { name, kind, reason in
        guard !json else { return }
        Terminal.print("\(name): \(kind): \(reason)")
        Terminal.flush()
      })
    Terminal.progress(1, of: 1, "", isQuiet: shared.quiet || json)
    if json { try Terminal.print(json: report) } else { Terminal.print(report.closing) }
    if !report.failed.isEmpty { throw ExitCode(.differs) }
    if !report.unsupported.isEmpty { throw ExitCode(.unsupported) }
  }
}
