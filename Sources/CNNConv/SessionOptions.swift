import CNNExecution

/// How a model is run.
public struct SessionOptions: Sendable, Hashable {
  /// True for the plain reference evaluation, node by node.
  public var usesReference = false
  /// True if the graph is rewritten for deployment first; what it computes stays the same.
  public var fuses = true
  /// Threads and instruction set of the engine.
  public var engine = EngineOptions()

  /// Where compiled plans are kept for later processes; `nil` keeps none.
  public var planCache: PlanCache?
  /// The most bytes that the session may own: what it compiles, what its runs work in, and outputs as long as they live.
  /// If it is `nil`, they are charged to the budget that is current when the session is made, as a rule the process's.
  public var memoryLimit: Int?

  /// The engine on all CPUs.
  public init(
    usesReference: Bool = false, fuses: Bool = true, engine: EngineOptions = EngineOptions(),
    planCache: PlanCache? = .standard, memoryLimit: Int? = nil
  ) {
    (self.usesReference, self.fuses, self.engine, self.planCache) = (usesReference, fuses, engine, planCache)
    self.memoryLimit = memoryLimit
  }

  /// The plain reference evaluation.
  public static var reference: SessionOptions { SessionOptions(usesReference: true) }
}
