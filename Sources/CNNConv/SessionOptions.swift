import CNNExecution

/// How a model is run.
public struct SessionOptions: Sendable, Hashable {
  /// True for the plain reference evaluation, node by node.
  public var usesReference = false
  /// True where the graph is rewritten for deployment first; what it computes stays the same.
  public var fuses = true
  /// Threads and instruction set of the engine.
  public var engine = EngineOptions()

  /// The engine on all CPUs.
  public init(usesReference: Bool = false, fuses: Bool = true, engine: EngineOptions = EngineOptions()) {
    (self.usesReference, self.fuses, self.engine) = (usesReference, fuses, engine)
  }

  /// The plain reference evaluation.
  public static var reference: SessionOptions { SessionOptions(usesReference: true) }
}
