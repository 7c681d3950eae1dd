import CNNConv
import CNNExecution
import Testing

/// A way to run a model.
enum Runner: String, CaseIterable, Sendable, CustomTestStringConvertible {
  /// The operators' own evaluation, node by node.
  case reference
  /// The engine, on the graph as it is rewritten for it.
  case fused
  /// The engine, on the graph as it is.
  case unfused

  var testDescription: String { rawValue }

  /// Each number of threads by itself: tasks are cut otherwise for two.
  var options: [SessionOptions] {
    guard self != .reference else { return [.reference] }
    return [1, 2].map {
      SessionOptions(fuses: self == .fused, engine: EngineOptions(threads: $0), planCache: nil)
    }
  }
}
