import ArgumentParser
import CNNConv

struct VerifyCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compares a model's outputs with fixtures or with another model.",
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
        cnnconv verify model.pt2
      """)

  @Argument(help: "The model.") var model: String?
  @Argument(help: "Fixtures: folders, or .npz files.") var fixtures: [String] = []
  @Option(name: .long, help: ArgumentHelp("Compare with this model on the same inputs.", valueName: "OTHER"))
  var against: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --against: an input from a .npy, .npz or .pb file; the others are drawn from the seed.",
      valueName: "NAME=FILE"))
  var input: [String] = []
  @Option(name: .long, help: ArgumentHelp("With --against: inputs by name from an archive.", valueName: "FILE"))
  var npz: [String] = []
  @Option(name: .long, help: "The seed of the inputs.") var seed: UInt64 = 0
  @Flag(
    name: .long,
    help: "With --against: compare every value that bears the same name in both, and name the first that departs.")
  var layers = false
  @Option(name: .long, help: "Run every case in the folders of DIR.") var suite: String?
  @Flag(name: .long, help: "Print JSON.") var json = false
  @Option(name: .long, help: WayOfComputing.help) var compute: WayOfComputing?
  @Option(name: .long, help: ArgumentHelp("The same for the other model.", valueName: "WAY"))
  var otherCompute: WayOfComputing?
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
    guard !layers || against != nil else { throw ValidationError("--layers goes with --against OTHER") }
    guard input.isEmpty && npz.isEmpty || against != nil else {
      throw ValidationError("--input and --npz go with --against OTHER; a FIXTURE has inputs of its own")
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
    var results: [Verification] = []
    if against == nil, fixtures.isEmpty {
      guard !model.exampleInputs.isEmpty else {
        throw ValidationError("a FIXTURE folder or --against OTHER is missing")
      }
      results.append(try model.verifyExample(tolerance: tolerance.value, options: computing(.engine)))
    }
    var layerResult: LayerVerification?
    for folder in fixtures {
      results.append(
        try model.verify(Fixture(path: folder, for: model), tolerance: tolerance.value, options: computing(.engine)))
    }
    if let against {
      let other = try options.read(against, isOther: true)
      let inputs = try InputFiles(model).read(input + npz)
      if layers {
        layerResult = try model.verifyLayers(against: other, inputs: inputs, seed: seed, tolerance: tolerance.value)
      }
      var otherOptions = try computing(.unfused)
      if let otherCompute { otherOptions.way = otherCompute }
      results.append(
        try model.verify(
          against: other, inputs: inputs, seed: seed, tolerance: tolerance.value, options: computing(.unfused),
          otherOptions: otherOptions))
    }
    let passed = results.allSatisfy(\.agrees) && layerResult?.agrees ?? true
    if json {
      try Terminal.print(json: Report(model: path, passed: passed, results: results, layers: layerResult))
    } else {
      if let layerResult { show(layerResult) }
      results.forEach(show)
    }
    if !passed { throw ExitCode(.differs) }
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
    let layers: LayerVerification?
  }

  private func show(_ verification: LayerVerification) {
    let worst = verification.values.max { relative($0) < relative($1) }
    Terminal.print(
      "layers: \(verification.values.count) values of the same name, the largest difference \(worst.map { Float(relative($0)) } ?? 0) × max"
    )
    if let departure = verification.values.first(where: { $0.name == verification.firstDeparture }) {
      Terminal.print("  the first that departs is \(departure.name.quoted): \(departure.failure ?? "")")
    }
  }

  private func relative(_ comparison: Comparison) -> Double {
    comparison.maxExpected > 0 ? comparison.maxAbsoluteError / comparison.maxExpected : comparison.maxAbsoluteError
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
