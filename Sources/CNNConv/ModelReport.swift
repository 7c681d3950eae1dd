import CNNExecution
import CNNGraphs
import CNNTensors
import CNNViews

/// What a report says beside what the file does.
public struct ReportSettings: Sendable {
  /// Compare the outputs with this model's.
  public var other: Model?
  /// True to compare values inside that bear the same name, too.
  public var comparesValues = false
  /// What differences pass.
  public var tolerance = Tolerance.standard
  /// Inputs of the comparison by name; others are drawn.
  public var inputs: [String: Tensor] = [:]
  /// What inputs are drawn from.
  public var seed: UInt64 = 0
  /// True to run the model and take the time of each step.
  public var profiles = false
  /// How it is run for that.
  public var session = SessionOptions()

  /// Nothing is run.
  public init() {}
}

extension Model {
  /// Nodes of which each can have its box on a page.
  private static let mostSingleBoxes = 600
  /// Tensors whose histograms a page holds.
  private static let mostHistograms = 300

  /// A page about the model: what it is, its graph and layers, what deployment makes of it, and its weights.
  /// - Parameters:
  ///   - wording: the words for what can be done about findings.
  ///   - progress: called before each part with its number, how many there are, and its name.
  /// - Throws: ``ConversionError`` if something that was asked for cannot be run or compared.
  public func report(
    _ settings: ReportSettings = ReportSettings(), in wording: some Wording = PlainWording(),
    progress: (Int, Int, String) -> Void = { _, _, _ in }
  ) throws -> Report {
    let summary = summary()
    var report = Report(title: title, subtitle: summary.file ?? "")
    progress(0, 6, "graph")
    for (label, value) in summary.rows(in: wording) {
      if label.isEmpty, let last = report.facts.popLast() {
        report.facts.append((last.label, "\(last.value), \(value.trimmed)"))
      } else {
        report.facts.append((label, value.trimmed))
      }
    }
    report.tiles = [
      (summary.parameters.scaled, "parameters"), (summary.macs?.scaled ?? "?", "MACs at batch \(summary.batch)"),
      (summary.nodes.grouped, "nodes"), (fileByteCount > 0 ? fileByteCount.asBytes : "–", "file"),
      (summary.weights.values.reduce(0) { $0 + $1.bytes }.asBytes, "constants"),
    ]
    report.diagrams = try diagrams()
    progress(1, 6, "layers")
    report.layers = try? layers()
    progress(2, 6, "fusing")
    report.fusion = fusionSection(in: wording)
    if settings.profiles {
      progress(3, 6, "profile")
      report.profile = try profileSection(settings)
    }
    if let other = settings.other {
      progress(4, 6, "agreement")
      report.agreement = try agreementSection(with: other, settings)
    }
    progress(5, 6, "weights")
    do { report.weights = try graph.weightHistograms(limit: Self.mostHistograms) } catch {
      throw ConversionError(error, at: .init(file: path))
    }
    progress(6, 6, "")
    return report
  }

  /// Equal blocks folded, one box a module if that is less, and one box a node if that can be read.
  private func diagrams() throws -> [(name: String, diagram: Diagram)] {
    let blocks = try diagram()
    var all = [(name: "Blocks", diagram: blocks)]
    for depth in [3, 2, 1] {
      guard let modules = try? diagram(.modules(depth: depth)) else { continue }
      if modules.boxes < min(60, blocks.boxes) {
        all.append(("Modules", modules))
        break
      }
    }
    if blocks.nodes + blocks.leftOut <= Self.mostSingleBoxes, blocks.nodes != blocks.boxes,
      let full = try? diagram(.full)
    {
      all.append(("Every node", full))
    }
    return all
  }

  private func fusionSection(in wording: some Wording) -> FusionSection {
    let fusion: Fusion
    do { fusion = try fused() } catch { return FusionSection(failure: ConversionError(error).text(in: wording)) }
    let (before, after) = (fusion.before, fusion.after)
    let names = Set(before.operators.keys).union(after.operators.keys)
    let operators = names.map { (name: $0, before: before.operators[$0] ?? 0, after: after.operators[$0] ?? 0) }
    return FusionSection(
      figures: [
        ("nodes", before.nodes.grouped, after.nodes.grouped),
        ("parameters", before.parameters.grouped, after.parameters.grouped),
        ("MACs at batch 1", before.macs?.scaled ?? "?", after.macs?.scaled ?? "?"),
        ("memory traffic", before.memoryTraffic?.asBytes ?? "?", after.memoryTraffic?.asBytes ?? "?"),
      ],
      operators: operators.sorted { ($0.before, $1.name) > ($1.before, $0.name) },
      passes: fusion.passes.filter { $0.fired > 0 }.map { ($0.name, $0.fired) })
  }

  private func profileSection(_ settings: ReportSettings) throws -> ProfileSection {
    let inputs = try SeededInputs(seed: settings.seed).values(for: self, given: settings.inputs)
    let session = Session(self, options: settings.session)
    guard let engine = try session.engine(for: inputs) else {
      throw ConversionError(.usage, "the reference evaluation has no steps to measure", at: .init(file: path))
    }
    let steps = try Benchmark.profile(engine, session, inputs)
    let total = steps.reduce(0) { $0 + $1.milliseconds }
    let shapes = inputs.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape)" }.joined(separator: ", ")
    return ProfileSection(
      steps.map { step in
        let speed = step.milliseconds > 0 ? 2 * Double(step.work) / step.milliseconds / 1e6 : 0
        return .init(name: step.label, kernel: step.kernel, milliseconds: step.milliseconds, gigaflops: speed)
      },
      words: "\(total.rounded(toThousandths: ())) ms in all, the median of some runs for each step; "
        + "\(engine.threads) threads, \(shapes).")
  }

  private func agreementSection(with other: Model, _ settings: ReportSettings) throws -> AgreementSection {
    guard graph.outputs.count == other.graph.outputs.count else {
      throw ConversionError(
        .differs, "\(graph.outputs.count) outputs against \(other.graph.outputs.count)", at: .init(file: path))
    }
    let (inputs, otherInputs) = try seededInputs(seed: settings.seed, with: other, given: settings.inputs)
    // Both as they stand: rewriting both could make the same mistake on both sides.
    let options = SessionOptions(fuses: false)
    let expected = try Session(self, options: options).run(inputs)
    let actual = try Session(other, options: options).run(otherInputs)
    let plots = try zip(expected.names.indices, actual.values).map { index, value in
      try DifferencePlot(expected.names[index], value, expected.values[index], settings.tolerance)
    }
    var values: [AgreementSection.Value] = []
    if settings.comparesValues {
      let layers = try verifyLayers(
        against: other, inputs: settings.inputs, seed: settings.seed, tolerance: settings.tolerance)
      values = layers.values.map { comparison in
        let scale = comparison.maxExpected > 0 ? comparison.maxExpected : 1
        return .init(name: comparison.name, error: comparison.maxAbsoluteError / scale, agrees: comparison.agrees)
      }
    }
    return AgreementSection(
      words:
        "The outputs of \((other.path ?? "the other model").quoted) on the same inputs, seed \(settings.seed), both "
        + "graphs computed as they stand.", plots: plots, values: values)
  }
}

extension DifferencePlot {
  fileprivate init(
    _ name: String, _ actual: RuntimeValue, _ expected: RuntimeValue, _ tolerance: Tolerance
  ) throws {
    let comparison = Comparison(name, actual: actual, expected: expected, tolerance: tolerance)
    let applied = comparison.tolerance.map { (relative: $0.relative, absolute: $0.absolute) }
    self.init(
      name: name, verdict: comparison.failure.map { "differs: \($0)" } ?? "agrees", agrees: comparison.agrees,
      tolerance: applied, largest: comparison.maxExpected)
    guard comparison.reason == nil, let a = actual.tensor, let b = expected.tensor, a.shape == b.shape,
      a.elementType.numericKind != nil
    else { return }
    for (x, y) in zip(try a.values(as: Double.self), try b.values(as: Double.self)) { add(actual: x, expected: y) }
  }
}

extension Double {
  /// The number with three digits behind the point.
  func rounded(toThousandths: Void) -> Double { (self * 1000).rounded() / 1000 }
}

extension String {
  fileprivate var trimmed: String {
    let words = split(separator: " ")
    return words.joined(separator: " ")
  }
}
