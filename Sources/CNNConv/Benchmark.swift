import CNNExecution
import CNNGraphs
import CNNSystem
import CNNTensors

/// How long a model takes, from its file to results.
public struct Benchmark: Encodable, Sendable {
  /// Reading and checking the file.
  public let loadMilliseconds: Double
  /// Rewriting, compiling and packing.
  public let prepareMilliseconds: Double
  /// The first run, its memory not touched before.
  public let firstRunMilliseconds: Double
  /// Of all runs that were measured.
  public let medianMilliseconds: Double
  /// The fastest run.
  public let minimumMilliseconds: Double
  /// Nine of ten runs are at least as fast.
  public let p90Milliseconds: Double
  /// How many runs were measured.
  public let runs: Int
  /// The most memory the process has had, mapped files among it, in MiB.
  public let peakMemory: Double
  /// Threads that compute.
  public let threads: Int
  /// Images of a run.
  public let batch: Int
  /// Twice the graph's multiplications with an addition in a median run's time, in 10⁹ a second.
  public let effectiveGigaflops: Double
  /// What the CPU can do with vectors alone, measured before the runs.
  public let peakGigaflops: Double
  /// The largest difference from the reference evaluation, relative to the output's largest element.
  public let largestError: Double?
  /// The steps that have no fast kernel.
  public let referenceSteps: [String]
  /// The time of each step in one run.
  public let profile: [StepTime]?

  private enum CodingKeys: String, CodingKey {
    case loadMilliseconds = "load_ms"
    case prepareMilliseconds = "prepare_ms"
    case firstRunMilliseconds = "first_run_ms"
    case medianMilliseconds = "median_ms"
    case minimumMilliseconds = "min_ms"
    case p90Milliseconds = "p90_ms"
    case runs, threads, batch, profile
    case peakMemory = "peak_rss_mib"
    case effectiveGigaflops = "effective_gflops"
    case peakGigaflops = "peak_gflops"
    case largestError = "max_rel_error_vs_reference"
    case referenceSteps = "reference_steps"
  }

  /// What is measured, and how.
  public struct Settings: Sendable {
    /// How the model is run.
    public var session = SessionOptions()
    /// Shapes to take for inputs in place of what the file says.
    public var inputShapes: [InputShape] = []
    /// The zoo's name of the architecture for weights alone.
    public var architecture: String?
    /// Which of a checkpoint's state dicts to take.
    public var stateDictionary: String?
    /// Images of a run; what the model says if it is `nil`, or 1.
    public var batch: Int?
    /// How long runs are measured, in seconds.
    public var seconds = 2.0
    /// True to compare the outputs with the reference evaluation's.
    public var checks = false
    /// True to take the time of each step.
    public var profiles = false
    /// Fewer runs than this tell nothing, however long they take.
    public static let fewestRuns = 5

    /// The default measurement.
    public init() {}
  }

  /// The compiled plan in words.
  public let plan: String

  /// Runs a model on seeded inputs again and again.
  /// - Throws: ``ConversionError``.
  public init(contentsOf path: String, settings: Settings, willRun: (Model) -> Void = { _ in }) throws {
    let start = SystemClock.milliseconds
    let model = try Benchmark.model(path, settings)
    loadMilliseconds = SystemClock.milliseconds - start
    willRun(model)
    let inputs = try SeededInputs(seed: 0).values(for: model, batch: settings.batch ?? 1)
    let begin = SystemClock.milliseconds
    let session = Session(model, options: settings.session)
    let engine = try session.engine(for: inputs)
    prepareMilliseconds = SystemClock.milliseconds - begin
    let first = SystemClock.milliseconds
    let outputs = try session.run(inputs)
    firstRunMilliseconds = SystemClock.milliseconds - first
    peakGigaflops = engine?.peakGigaflops() ?? 0
    for _ in 0..<2 { _ = try session.run(inputs) }
    var times: [Double] = []
    let from = SystemClock.milliseconds
    while SystemClock.milliseconds - from < settings.seconds * 1e3 || times.count < Settings.fewestRuns {
      let begin = SystemClock.milliseconds
      _ = try session.run(inputs)
      times.append(SystemClock.milliseconds - begin)
    }
    peakMemory = Double(CurrentProcess.peakMemory) / 1_048_576
    times.sort()
    runs = times.count
    medianMilliseconds = times[times.count / 2]
    minimumMilliseconds = times[0]
    p90Milliseconds = times[min(times.count - 1, times.count * 9 / 10)]
    threads = engine?.threads ?? 1
    batch = model.graph.requiredInputs.first.flatMap { inputs[model.graph[$0].name]?.shape.first } ?? 1
    let work = Double(engine?.work ?? 0)
    effectiveGigaflops = medianMilliseconds > 0 ? 2 * work / medianMilliseconds / 1e6 : 0
    referenceSteps = engine?.referenceSteps ?? []
    plan = engine?.description ?? ""
    profile = settings.profiles ? try engine.map { try Benchmark.profile($0, session, inputs) } : nil
    if settings.checks {
      let expected = try Session(model, options: .reference).run(inputs)
      largestError = zip(outputs.values, expected.values).map(Benchmark.error).max() ?? 0
    } else {
      largestError = nil
    }
  }

  static func model(_ path: String, _ settings: Settings) throws -> Model {
    let model = try Model(
      contentsOf: path, architecture: settings.architecture, stateDictionary: settings.stateDictionary,
      inputShapes: settings.inputShapes)
    guard let batch = settings.batch else { return model }
    var shapes = settings.inputShapes
    for id in model.graph.requiredInputs {
      guard let shape = model.graph[id].type.tensor?.fixedShape, let first = shape.first, first != batch else {
        continue
      }
      // The last shape that is given for an input holds.
      shapes.append(InputShape(model.graph[id].name, [.fixed(batch)] + shape.dropFirst().map(Dimension.fixed)))
    }
    if shapes == settings.inputShapes { return model }
    return try Model(
      contentsOf: path, architecture: settings.architecture, stateDictionary: settings.stateDictionary,
      inputShapes: shapes)
  }

  /// The median time of each step over some runs.
  static func profile(_ engine: Engine, _ session: Session, _ inputs: [String: Tensor]) throws -> [StepTime] {
    let values = inputs.mapValues { RuntimeValue.tensor($0) }
    let profiles = try (0..<9).map { _ in try engine.profile(engine.inputNames.map { values[$0] ?? .none }).times }
    guard let first = profiles.first else { return [] }
    return first.indices.map { step in
      let times = profiles.map { $0[step].milliseconds }.sorted()
      var result = first[step]
      result.milliseconds = times[times.count / 2]
      return result
    }
  }

  private static func error(_ actual: RuntimeValue, _ expected: RuntimeValue) -> Double {
    guard let actual = try? actual.tensor?.values(as: Double.self), let tensor = expected.tensor,
      let expected = try? tensor.values(as: Double.self), actual.count == expected.count
    else { return .infinity }
    var (difference, largest) = (0.0, 0.0)
    for (a, b) in zip(actual, expected) where a != b {
      difference = a.isNaN && b.isNaN ? difference : max(difference, abs(a - b).isNaN ? .infinity : abs(a - b))
    }
    for b in expected where b.isFinite { largest = max(largest, abs(b)) }
    return difference == 0 ? 0 : difference / max(largest, .leastNormalMagnitude)
  }
}
