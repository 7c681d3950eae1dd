import CNNGraphs
import CNNOperators
import CNNTensors
import GraphAgreement
import GraphGeneration
import TestSupport
import Testing

/// Random graphs of fixed seeds, each along some of the ways to run it.
@Suite struct AgreementTests {
  #if DEBUG
    private static let each = 10
  #else
    private static let each = 100
  #endif

  /// Each graph takes five of the paths, the next one the next five.
  @Test(arguments: 0..<30) func randomGraphsAgree(_ part: Int) throws {
    var run = try AgreementRun()
    let paths = AgreementPath.all
    for index in 0..<Self.each {
      let number = part * Self.each + index
      try run.check(seed: 1_000_000 + number, (0..<5).map { paths[(number * 5 + $0) % paths.count] })
    }
    #expect(run.graphs == Self.each)
    for (seed, found) in run.disagreements { Issue.record("seed \(seed) \(found)") }
  }

  /// Results that are a hundredth off are found, but for the few graphs that make much of every rounding.
  @Test func wrongResultsAreFound() throws {
    var (changed, found) = (0, 0)
    for seed in 0..<40 {
      let random = try RandomGraph(seed: seed)
      let expected = try ReferenceEvaluator(random.graph).run(random.inputs.map { .tensor($0) })
      var judge = try AgreementJudge(random.graph, random.inputs, exact: random.exact)
      #expect(try judge.fault(expected) == nil)
      for index in expected.indices {
        guard let tensor = try expected[index].tensor?.changed() else { continue }
        var wrong = expected
        wrong[index] = .tensor(tensor)
        changed += 1
        if try judge.fault(wrong) != nil { found += 1 }
      }
    }
    #expect(changed > 40 && found * 10 > changed * 9, "\(found) of \(changed)")
  }
}

extension Tensor {
  /// The tensor with another first element; `nil` if it has none that is an ordinary number.
  fileprivate func changed() throws -> Tensor? {
    guard count > 0, strings == nil, elementType == .float32 || elementType == .int64 else { return nil }
    var numbers = try values(as: Double.self)
    guard numbers[0].isFinite, abs(numbers[0]) < 1e15 else { return nil }
    numbers[0] += elementType == .int64 ? 1 : 1e-3 + abs(numbers[0]) / 100
    return try Tensor(numbers, shape: shape).converted(to: elementType)
  }
}
