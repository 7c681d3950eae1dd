import CNNGraphs
import CNNSystem
import CNNTensors
import CNNViews

/// Two models that run in turns, so that whatever else the machine does meets both.
public struct BenchmarkComparison: Encodable, Sendable {
  /// One of the two.
  public struct Side: Encodable, Sendable {
    /// Its file.
    public let model: String
    /// Rewriting, compiling and packing.
    public let prepareMilliseconds: Double
    /// Of all its runs.
    public let medianMilliseconds: Double
    /// The fastest run.
    public let minimumMilliseconds: Double
    /// Nine of ten runs are at least as fast.
    public let p90Milliseconds: Double

    private enum CodingKeys: String, CodingKey {
      case model
      case prepareMilliseconds = "prepare_ms"
      case medianMilliseconds = "median_ms"
      case minimumMilliseconds = "min_ms"
      case p90Milliseconds = "p90_ms"
    }
  }

  /// The second model's time as a multiple of the first one's, turn by turn.
  public struct Ratio: Encodable, Sendable {
    /// The median.
    public let median: Double
    /// One of ten turns is below.
    public let p10: Double
    /// One of ten turns is above.
    public let p90: Double
  }

  /// The first model.
  public let first: Side
  /// The second model.
  public let second: Side
  /// The second one's time divided by the first one's.
  public let ratio: Ratio
  /// How often both ran.
  public let turns: Int
  /// Threads that compute.
  public let threads: Int

  /// Runs both models on seeded inputs of their own, one after the other, as long as the settings say for each.
  /// - Parameter willRun: called with each model once it is read.
  /// - Throws: ``ConversionError``.
  public init(
    _ first: String, _ second: String, settings: Benchmark.Settings, willRun: (Model) -> Void = { _ in }
  ) throws {
    let a = try Runner(first, settings, willRun)
    let b = try Runner(second, settings, willRun)
    for _ in 0..<2 { _ = (try a.time(), try b.time()) }
    var times: [(a: Double, b: Double)] = []
    let from = SystemClock.milliseconds
    while SystemClock.milliseconds - from < 2 * settings.seconds * 1e3 || times.count < Benchmark.Settings.fewestRuns {
      // Each goes first in every other turn.
      if times.count % 2 == 0 {
        let time = try a.time()
        times.append((time, try b.time()))
      } else {
        let time = try b.time()
        times.append((try a.time(), time))
      }
    }
    self.first = a.side(times.map(\.a))
    self.second = b.side(times.map(\.b))
    let ratios = times.map { $0.b / max($0.a, .leastNormalMagnitude) }.sorted()
    ratio = Ratio(median: ratios.quantile(0.5), p10: ratios.quantile(0.1), p90: ratios.quantile(0.9))
    (turns, threads) = (times.count, a.threads)
  }

  private struct Runner {
    let path: String
    let session: Session
    let inputs: [String: Tensor]
    let preparation: Double
    let threads: Int

    init(_ path: String, _ settings: Benchmark.Settings, _ willRun: (Model) -> Void) throws {
      let model = try Benchmark.model(path, settings)
      willRun(model)
      self.path = path
      inputs = try SeededInputs(seed: 0).values(for: model, batch: settings.batch ?? 1)
      let begin = SystemClock.milliseconds
      session = Session(model, options: settings.session)
      threads = try session.engine(for: inputs)?.threads ?? 1
      preparation = SystemClock.milliseconds - begin
    }

    /// The time of one run.
    func time() throws -> Double {
      let begin = SystemClock.milliseconds
      _ = try session.run(inputs)
      return SystemClock.milliseconds - begin
    }

    func side(_ times: [Double]) -> Side {
      let times = times.sorted()
      return Side(
        model: path, prepareMilliseconds: preparation, medianMilliseconds: times.quantile(0.5),
        minimumMilliseconds: times.first ?? 0, p90Milliseconds: times.quantile(0.9))
    }
  }

  /// A page to read.
  public var text: String {
    let sides = [first, second]
    let names = sides.map(\.model.printable)
    let width = names.reduce(0) { max($0, $1.count) }
    func cell(_ value: Double) -> String { "\(value.rounded(toThousandths: ())) ms".leftPadded(14, gap: 2) }
    var lines = ["".rightPadded(width) + ["median", "fastest", "90 %", "prepare"].map { $0.leftPadded(14) }.joined()]
    for (name, side) in zip(names, sides) {
      lines.append(
        name.rightPadded(width) + cell(side.medianMilliseconds) + cell(side.minimumMilliseconds)
          + cell(side.p90Milliseconds) + cell(side.prepareMilliseconds))
    }
    let isFirstFaster = ratio.median >= 1
    let (faster, slower) = isFirstFaster ? (names[0], names[1]) : (names[1], names[0])
    let figures =
      isFirstFaster ? [ratio.median, ratio.p10, ratio.p90] : [ratio.median, ratio.p90, ratio.p10].map { 1 / $0 }
    let words = figures.map { "\(($0 * 100).rounded() / 100)" }
    lines.append(
      "\(slower) takes \(words[0]) times as long as \(faster): \(words[1]) to \(words[2]) in 8 of 10 turns "
        + "(\(turns) turns, \(threads) threads)")
    if figures[1] <= 1 { lines.append("the spread is larger than the difference") }
    return lines.joined(separator: "\n")
  }
}

extension [Double] {
  /// The element below which a part of a sorted list lies.
  fileprivate func quantile(_ part: Double) -> Double {
    isEmpty ? 0 : self[Swift.min(count - 1, Int(Double(count) * part))]
  }
}
