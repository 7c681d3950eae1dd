import CNNConv
import CNNGraphs
import TestSupport
import Testing

/// Every folder of `Fixtures/Operators`, `Fixtures/Networks` and `Fixtures/Fusing`, each way that a model can be run.
@Suite struct ConformanceTests {
  static let operators = ConformanceCase.all(of: "Operators")
  static let networks = ConformanceCase.all(of: "Networks")
  static let blocks = ConformanceCase.all(of: "Fusing")

  @Test(arguments: operators, Runner.allCases) func runsOperators(_ item: ConformanceCase, _ runner: Runner) throws {
    try check(item, runner)
  }

  @Test(arguments: networks, Runner.allCases) func runsNetworks(_ item: ConformanceCase, _ runner: Runner) throws {
    try check(item, runner)
  }

  @Test(arguments: blocks, Runner.allCases) func runsBlocks(_ item: ConformanceCase, _ runner: Runner) throws {
    try check(item, runner)
  }

  @Test func thereAreSome() {
    #expect(Self.operators.count > 700)
    #expect(Self.networks.count > 100)
    #expect(Self.blocks.count > 40)
  }

  @Test func theManifestNamesCases() {
    #expect(ExpectedFailures.listed.odd == [])
    let names = Set((Self.operators + Self.networks + Self.blocks).map(\.name))
    for entry in ExpectedFailures.listed.reasons.keys {
      #expect(names.contains(entry.name) && Runner(rawValue: entry.runner) != nil, "\(entry)")
    }
  }

  /// A case that is expected to fail must do so.
  private func check(_ item: ConformanceCase, _ runner: Runner) throws {
    guard let reason = ExpectedFailures.listed.reason(runner, item.name) else { return try run(item, runner) }
    withKnownIssue("\(reason)") { try run(item, runner) }
  }

  private func run(_ item: ConformanceCase, _ runner: Runner) throws {
    let model = try item.model()
    let tolerance = try item.tolerance()
    let fixtures = try item.fixtures(for: model)
    #expect(!fixtures.isEmpty)
    for fixture in fixtures {
      let reference = Result { try Session(model, options: .reference).run(values: fixture.inputs) }
      guard runner != .reference else {
        let fault = try reference.get().fault(fixture, tolerance)
        #expect(fault == nil, "\(fixture.path)")
        continue
      }
      for options in runner.options {
        let results = try Session(model, options: options).run(values: fixture.inputs)
        guard let fault = try results.fault(fixture, tolerance) ?? (try? reference.get()).flatMap(results.fault) else {
          continue
        }
        let parting = try Parting.find(in: model, fixture.inputs, options)
        let place = parting?.description ?? "no value parts from the reference"
        Issue.record("\(fixture.path), \(options.engine.threads) threads: \(fault); \(place)")
      }
    }
  }
}

extension Session.Outputs {
  /// What is wrong with the outputs beside those of a fixture; `nil` if nothing is.
  fileprivate func fault(_ fixture: Fixture, _ tolerance: Tolerance) throws -> String? {
    fixture.outputs.lazy.compactMap { name, expected in
      let actual = names.firstIndex(of: name).map { values[$0] } ?? .none
      return Comparison(name, actual: actual, expected: expected, tolerance: tolerance).failure.map {
        "output '\(name)': \($0)"
      }
    }.first
  }

  /// What is wrong with an engine's outputs beside those of the reference evaluation; `nil` if nothing is.
  fileprivate func fault(_ reference: Session.Outputs) -> String? {
    guard names == reference.names, values.count == reference.values.count else { return "other outputs" }
    return names.indices.lazy.compactMap { index in
      Agreement.fault(names[index], values[index], reference.values[index]).map {
        "output '\(names[index])' is not the reference's: \($0)"
      }
    }.first
  }
}
