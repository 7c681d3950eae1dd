import CNNConv
import CNNGraphs

extension FuzzTarget {
  /// Bytes to a graph with all its types: reading, import and inference.
  static let importing = FuzzTarget("import", mutation: ProtobufMutation.model, words: ModelWords.all, goal: goalOfWays)
  { input in
    _ = try Model(contentsOf: input.path)
  }

  /// Any file of weights to a graph: reading, recognition and drawing.
  static let weights = FuzzTarget("weights", mutation: ZipMutation.orHeader, goal: goalOfWays) { input in
    _ = try Model(contentsOf: input.path)
  }

  /// The whole way by the reference evaluation.
  static let wholeReference = FuzzTarget(
    "whole-reference", mutation: ProtobufMutation.model, words: ModelWords.all, goal: goalOfWays
  ) { input in
    _ = try WholeWay.run(input.path, .reference)
  }

  /// The whole way by the engine, rewritten first; what it gives has the shapes of the reference evaluation.
  static let wholeEngine = FuzzTarget(
    "whole-engine", mutation: ProtobufMutation.model, words: ModelWords.all, goal: goalOfWays
  ) { input in
    let run = try WholeWay.run(input.path, WholeWay.engine())
    let fused = try run.model.fused().model
    guard let expected = try? Session(run.model, options: .reference).run(run.inputs) else { return }
    WholeWay.compareKinds(run.outputs, expected)
    if let other = try? Session(fused, options: WholeWay.engine()).run(run.inputs) {
      WholeWay.compareKinds(other, expected)
    }
  }
}
