import ArgumentParser
import CNNConv
import CNNSystem

struct BenchCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures how long a model takes to load, to prepare and to run.",
    usage: "cnnconv bench <MODEL> [--batch <N>] [--profile] [<options>]",
    discussion: """
      Runs are on seeded inputs, after a warm-up. GFLOP/s count two operations for each multiplication with addition of \
      the graph, whatever the algorithm spares; the peak beside it is what the CPU's vector units did in this process.

      Examples:
        cnnconv bench model.onnx
        cnnconv bench model.onnx --batch 8 --threads 4 --json
        cnnconv bench model.onnx --profile
        cnnconv bench --compare model.onnx deploy.onnx
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Argument(help: ArgumentHelp("With --compare: the other model.", valueName: "OTHER"), completion: .file())
  var other: String?
  @Flag(name: .long, help: "Run two models in turns and print the ratio of their times, with its spread.")
  var compare = false
  @Option(name: .long, help: ArgumentHelp("Images of a run; what the model says if not given.", valueName: "N"))
  var batch: Int?
  @Option(name: .long, help: ArgumentHelp("How long runs are measured, in seconds.", valueName: "S")) var seconds = 2.0
  @Flag(name: .long, help: "Run the graph as it is, without rewriting it first.") var noFuse = false
  @Flag(name: .long, help: "Compare the outputs with the reference evaluation's.") var check = false
  @Flag(name: .long, help: "Print how the graph is compiled.") var plan = false
  @Flag(name: .long, help: "Print the time of each step.") var profile = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard compare == (other != nil) else {
      throw ValidationError(compare ? "--compare takes two models" : "two models go with --compare")
    }
    guard !compare || !(check || plan || profile) else {
      throw ValidationError("--compare goes with none of --check, --plan and --profile")
    }
    guard batch.map({ (1...1 << 20).contains($0) }) ?? true else {
      throw ValidationError("--batch is a number from 1 on")
    }
    guard seconds.isFinite, seconds >= 0, seconds <= 86400 else {
      throw ValidationError("--seconds is a number from 0 to 86400")
    }
  }

  func run() throws {
    var settings = Benchmark.Settings()
    settings.session = try engine.value
    settings.session.fuses = !noFuse
    settings.inputShapes = try options.shapes()
    (settings.architecture, settings.stateDictionary) = (options.arch, options.stateDict)
    (settings.batch, settings.seconds) = (batch, seconds)
    (settings.checks, settings.profiles) = (check, profile)
    if let other { return try compare(model, other, settings) }
    let path = try StandardInput.path(for: model)
    if StandardInput.isRead { settings.session.planCache = nil }
    let size = Path.byteCount(of: path) ?? 0
    LimitOptions.allow(forBytes: size)
    Phase.begin("measuring")
    let result = try Benchmark(contentsOf: path, settings: settings) {
      LimitOptions.allow(forBytes: max(0, $0.byteCount - size))
    }
    if json { return try Terminal.print(json: result) }
    if plan { Terminal.print(page: result.plan) }
    if let profile = result.profile { ProfileChart(profile).print() }
    show(result)
  }

  private func compare(_ first: String, _ second: String, _ settings: Benchmark.Settings) throws {
    let paths = try [first, second].map { try StandardInput.path(for: $0) }
    var settings = settings
    if StandardInput.isRead { settings.session.planCache = nil }
    paths.forEach { LimitOptions.allow(forBytes: Path.byteCount(of: $0) ?? 0) }
    let result = try BenchmarkComparison(paths[0], paths[1], settings: settings) { model in
      LimitOptions.allow(forBytes: max(0, model.byteCount - model.fileByteCount))
    }
    if json { return try Terminal.print(json: result) }
    Terminal.print(page: result.text)
  }

  private func show(_ result: Benchmark) {
    func line(_ label: String, _ value: String) { Terminal.print(label.rightPadded(14, gap: 1) + value) }
    func milliseconds(_ value: Double) -> String { "\(value.rounded(toPlaces: 3)) ms" }
    line("load", milliseconds(result.loadMilliseconds))
    line("prepare", milliseconds(result.prepareMilliseconds))
    line("first run", milliseconds(result.firstRunMilliseconds))
    line(
      "median",
      milliseconds(result.medianMilliseconds)
        + " of \(result.runs.counted("run")), \(result.threads.counted("thread")), batch "
        + "\(result.batch)")
    line("fastest", milliseconds(result.minimumMilliseconds))
    line("90 %", milliseconds(result.p90Milliseconds))
    line("peak memory", "\(result.peakMemory.rounded(toPlaces: 1)) MiB")
    if result.effectiveGigaflops > 0 {
      line(
        "speed",
        "\(result.effectiveGigaflops.rounded(toPlaces: 1)) GFLOP/s; the CPU's peak is "
          + "\(result.peakGigaflops.rounded(toPlaces: 1))")
    }
    if let error = result.largestError { line("error", "\(Float(error)) of the largest output, against the reference") }
    if !result.referenceSteps.isEmpty { line("reference", result.referenceSteps.joined(separator: ", ")) }
  }
}

extension Double {
  /// The number with so many digits behind the point.
  func rounded(toPlaces places: Int) -> Double {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
