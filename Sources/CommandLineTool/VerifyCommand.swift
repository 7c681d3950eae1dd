import ArgumentParser
import CNNConv

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compares a model's outputs with fixtures or with another model.",
    discussion: """
      A fixture is a folder of input_0.pb …, output_0.pb … in the ONNX layout. An element agrees where its difference \
      from the expected one is at most atol + rtol · |expected|. The relative error printed is the largest of any \
      element that is not expected to be 0.
      """)

  @Argument(help: "The model.") var model: String?
  @Argument(help: "Fixture folders.") var fixtures: [String] = []
  @Option(name: .long, help: "Compare with this model on seeded inputs.") var against: String?
  @Option(name: .long, help: "The seed of the inputs.") var seed: UInt64 = 0
  @Flag(
    name: .long,
    help: "With --against: compare every value that bears the same name in both, and name the first that departs.")
  var layers = false
  @Option(name: .long, help: "Run every case in the folders of DIR.") var suite: String?
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var tolerance: ToleranceOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if suite != nil {
      guard model == nil, against == nil else { throw ValidationError("--suite takes no other model") }
    } else if model == nil {
      throw ValidationError("a MODEL is missing")
    } else if against == nil, fixtures.isEmpty {
      throw ValidationError("a FIXTURE folder or --against OTHER is missing")
    }
    guard !layers || against != nil else { throw ValidationError("--layers goes with --against OTHER") }
  }

  func run() throws {
    if let suite { return try runSuite(suite) }
    guard let path = model else { return }
    let model = try options.read(path, isOther: against != nil, memoryLimit: memory.memoryLimit?.value)
    var results: [Verification] = []
    var layerResult: LayerVerification?
    for folder in fixtures {
      results.append(
        try model.verify(Fixture(path: folder, for: model), tolerance: tolerance.value, options: engine.value))
    }
    if let against {
      let other = try options.read(against, isOther: true, memoryLimit: memory.memoryLimit?.value)
      if layers { layerResult = try model.verifyLayers(against: other, seed: seed, tolerance: tolerance.value) }
      results.append(try model.verify(against: other, seed: seed, tolerance: tolerance.value, options: engine.value))
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

  private struct Report: Encodable {
    let model: String
    let passed: Bool
    let results: [Verification]
    let layers: LayerVerification?
  }

  private func show(_ verification: LayerVerification) {
    let worst = verification.values.max { relative($0) < relative($1) }
    print(
      "layers: \(verification.values.count) values of the same name, the largest difference \(worst.map { Float(relative($0)) } ?? 0) × max"
    )
    if let departure = verification.values.first(where: { $0.name == verification.firstDeparture }) {
      print("  the first that departs is '\(departure.name.printable)': \(departure.failure ?? "")")
    }
  }

  private func relative(_ comparison: Comparison) -> Double {
    comparison.maxExpected > 0 ? comparison.maxAbsoluteError / comparison.maxExpected : comparison.maxAbsoluteError
  }

  private func show(_ verification: Verification) {
    print(verification.against)
    for output in verification.outputs {
      let verdict = output.failure.map { "differs: \($0)" } ?? "agrees"
      print(
        "  \(output.name.printable)  max abs error \(Float(output.maxAbsoluteError))  "
          + "max rel error \(Float(output.maxRelativeError))  \(verdict)")
    }
  }

  private func runSuite(_ path: String) throws {
    let report = try SuiteReport(
      folder: path, tolerance: tolerance.value, options: engine.value,
      progress: { Terminal.progress($0, of: $1, $2, isQuiet: shared.quiet || json) },
      outcome: { name, kind, reason in if !json { print("\(name): \(kind): \(reason)") } })
    Terminal.progress(1, of: 1, "", isQuiet: shared.quiet || json)
    if json { try Terminal.print(json: report) } else { print(report.closing) }
    if !report.failed.isEmpty { throw ExitCode(.differs) }
    if !report.unsupported.isEmpty { throw ExitCode(.unsupported) }
  }
}
