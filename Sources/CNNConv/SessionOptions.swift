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
  /// If it is `nil`, the limit is in proportion to the model and the inputs: a gibibyte, and 32 times what they take
  /// (``Limits/memory(forBytes:)``).
  public var memoryLimit: Int?
  /// The most units of work that one run may take, compiling for its shapes among it; see ``WorkBudget`` for what a unit
  /// is. If it is `nil`, the limit is in proportion to the model and the inputs, 10¹³ at most (``Limits/work(forBytes:)``).
  public var workLimit: Int?
  /// The most seconds that one run may take, compiling for its shapes among it; `nil` for as long as it takes.
  public var timeout: Double?

  /// The engine on all CPUs.
  public init(
    usesReference: Bool = false, fuses: Bool = true, engine: EngineOptions = EngineOptions(),
    planCache: PlanCache? = .standard, memoryLimit: Int? = nil, workLimit: Int? = nil, timeout: Double? = nil
  ) {
    (self.usesReference, self.fuses, self.engine, self.planCache) = (usesReference, fuses, engine, planCache)
    (self.memoryLimit, self.workLimit, self.timeout) = (memoryLimit, workLimit, timeout)
  }

  /// The plain reference evaluation.
  public static var reference: SessionOptions { SessionOptions(usesReference: true) }
}
