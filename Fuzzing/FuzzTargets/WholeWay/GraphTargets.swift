import CNNExecution
import CNNOperators
import GraphGeneration
import TestSupport

@testable import GraphAgreement

extension FuzzTarget {
  /// A valid graph that the bytes spell, along one of all ways to run it: what comes out is judged.
  static let graph = FuzzTarget("graph", goal: goalOfWays) { input in
    guard let way = input.bytes.first else { return }
    let drawn = try RandomGraph(bytes: input.bytes.dropFirst())
    try GraphWay.check(drawn, [GraphWay.paths[Int(way) % GraphWay.paths.count]])
  }

  /// Layers of networks that the bytes spell, by the kernels of each instruction set.
  static let kernels = FuzzTarget("kernels", goal: goalOfWays) { input in
    let drawn = try RandomGraph(Choices(bytes: input.bytes), flavour: .network)
    try GraphWay.check(drawn, GraphWay.engines)
  }
}

/// A graph that was drawn, along ways to run it.
private enum GraphWay {
  static let engines = EngineOptions.InstructionSet.allCases
    .filter { $0.rawValue <= EngineOptions.InstructionSet.best.rawValue }
    .map { AgreementPath.engine(fuses: true, $0, threads: 1) }
  static let paths: [AgreementPath] =
    [.rewritten, .inference, .roundTrip, .engine(fuses: false, .best, threads: 1), .file(operatorSet: 13)] + engines

  private static let folder: TemporaryFolder = {
    do { return try TemporaryFolder() } catch { fatalError("no folder: \(error)") }
  }()

  static func check(_ drawn: RandomGraph, _ paths: [AgreementPath]) throws {
    var graph = drawn.graph
    var inference = TypeInference()
    try inference.infer(&graph)
    var judge = try AgreementJudge(graph, drawn.inputs, exact: drawn.exact)
    for path in paths {
      let (found, _) = Disagreement.find(path, graph, drawn.inputs, exact: drawn.exact, judge: &judge, in: folder)
      if let found { fatalError("\(path): \(found)") }
    }
  }
}
