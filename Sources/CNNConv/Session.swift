import CNNGraphs
import CNNOperators
import CNNTensors

/// Runs a model. Safe to share between threads; each run has its own memory.
///
/// The graph is compiled for the shapes of the inputs that it is given, once for each combination of shapes.
public final class Session: Sendable {
  /// Outputs by name, in the model's order, and after them the values that were kept.
  public struct Outputs: Sendable {
    /// Names of the outputs in the model's order, and of the kept values in the order in which they were asked for.
    public let names: [String]
    /// Values in the same order.
    public let values: [RuntimeValue]
    /// The tensor of a name; `nil` if there is no such value or it is not a tensor.
    public subscript(name: String) -> Tensor? { names.firstIndex(of: name).flatMap { values[$0].tensor } }

    /// All values by name; of equal names the first counts.
    var byName: [String: RuntimeValue] { Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first }) }
  }

  private let evaluator: ReferenceEvaluator
  private let engines: EngineCache?
  private let path: String?
  private let options: SessionOptions
  private let modelBytes: Int
  /// What the session's memory is charged to: a part of the budget that is current when the session is made.
  public let memory: MemoryBudget

  /// Prepares a model.
  public init(_ model: Model, options: SessionOptions = SessionOptions()) {
    evaluator = ReferenceEvaluator(model.graph)
    engines = options.usesReference ? nil : EngineCache(model, options: options)
    path = model.path
    self.options = options
    modelBytes = model.byteCount
    memory = MemoryBudget(limit: options.memoryLimit ?? Limits.memory(forBytes: modelBytes), within: .current)
  }

  /// The names of the inputs that must be given, in order.
  public var inputNames: [String] { evaluator.graph.requiredInputs.map { evaluator.graph[$0].name } }
  /// The names of the outputs, in order.
  public var outputNames: [String] { evaluator.graph.outputs.map { evaluator.graph[$0].name } }

  /// Runs the model on tensors by input name.
  /// - Parameter names: values inside the model to return as well.
  /// - Throws: ``ConversionError`` if an input is missing, unknown or of the wrong type or shape, there is no value of a
  ///   name that is to be kept, or a node fails.
  public func run(_ inputs: [String: Tensor], keeping names: [String] = []) throws -> Outputs {
    try run(values: inputs.mapValues { RuntimeValue.tensor($0) }, keeping: names)
  }

  /// Runs the model on values (sequences and optionals among them) by input name.
  /// - Parameters:
  ///   - names: values inside the model to return as well.
  ///   - observe: called with the name and value of each node's result. With it, the reference evaluation runs the model
  ///     as it is, without fusing.
  public func run(
    values inputs: [String: RuntimeValue], keeping names: [String] = [],
    observe: ((String, RuntimeValue) -> Void)? = nil
  ) throws -> Outputs {
    try run(values: inputs, keeping: names, within: workBudget(for: inputs), monitor: nil, observe: observe)
  }

  /// Runs the model on tensors by input name, without holding up the caller's thread.
  ///
  /// As many runs as there are CPUs take place at the same time; others wait for their turn. Compiling for new shapes is
  /// part of the run.
  /// - Parameters:
  ///   - names: values inside the model to return as well.
  ///   - progress: called before each step and at the end, on the thread that runs; the run waits for it.
  /// - Throws: `CancellationError` if the task is cancelled, which is noticed within milliseconds; otherwise as the
  ///   synchronous ``run(_:keeping:)``. The session can be used as before.
  public func run(
    _ inputs: [String: Tensor], keeping names: [String] = [], progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> Outputs {
    try await run(values: inputs.mapValues { RuntimeValue.tensor($0) }, keeping: names, progress: progress)
  }

  /// Runs the model on values (sequences and optionals among them) by input name, without holding up the caller's thread.
  /// - Parameters:
  ///   - names: values inside the model to return as well.
  ///   - progress: called before each step and at the end, on the thread that runs; the run waits for it.
  /// - Throws: `CancellationError` if the task is cancelled; otherwise as the synchronous run.
  public func run(
    values inputs: [String: RuntimeValue], keeping names: [String] = [],
    progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> Outputs {
    let monitor = RunMonitor(report: progress)
    let work = workBudget(for: inputs)
    return try await RunThreads.shared.run {
      try self.run(values: inputs, keeping: names, within: work, monitor: monitor, observe: nil)
    } stop: {
      work.stop()
    }
  }

  /// What one run's work is charged to. Limits that are in proportion to the inputs are set, too.
  private func workBudget(for inputs: [String: RuntimeValue]) -> WorkBudget {
    let bytes = modelBytes.saturatingAdded(to: inputs.byteCount)
    if options.memoryLimit == nil { memory.raise(to: Limits.memory(forBytes: bytes)) }
    let limit = options.workLimit ?? Limits.work(forBytes: bytes)
    return WorkBudget(limit: limit, seconds: options.timeout, within: .current)
  }

  private func run(
    values inputs: [String: RuntimeValue], keeping names: [String], within work: WorkBudget, monitor: RunMonitor?,
    observe: ((String, RuntimeValue) -> Void)?
  ) throws -> Outputs {
    do {
      try work.check()
      let graph = evaluator.graph
      let arguments = try SessionArguments(inputs, for: graph)
      let kept = try KeptValues(names, in: graph)
      let results = try charged(to: work) {
        guard observe != nil || engines == nil else { return try run(inputs, keeping: kept.computed, monitor) }
        let observe = observe.map { observe in { (id: ValueID, value) in observe(graph[id].name, value) } }
        return try evaluator.keeping(kept.computed).run(arguments.values, monitor: monitor, observe: observe)
      }
      try LostFiles.check()
      return try kept.outputs(results, inputs)
    } catch {
      // Whatever became of it on its way here.
      if work.isStopped { throw CancellationError() }
      throw ConversionError(error, at: .init(file: path))
    }
  }

  /// Charges what is allocated and done meanwhile to the session's and the run's budget.
  private func charged<R>(to work: WorkBudget, _ body: () throws -> R) rethrows -> R {
    try MemoryBudget.$current.withValue(memory) { try WorkBudget.$current.withValue(work) { try body() } }
  }

  /// The compiled form for inputs of these shapes, compiled now if it is not there yet.
  /// - Returns: `nil` if the session runs by the reference evaluation.
  public func engine(for inputs: [String: Tensor]) throws -> Engine? {
    guard let engines else { return nil }
    let values = inputs.mapValues { RuntimeValue.tensor($0) }
    return try charged(to: workBudget(for: values)) { try engines.engine(for: key(values, [])).engine }
  }

  private func key(_ inputs: [String: RuntimeValue], _ kept: [ValueID]) -> EngineCache.Key {
    EngineCache.Key(
      shapes: inputs.compactMapValues { $0.tensor?.shape }, others: Set(inputs.filter { $0.value.tensor == nil }.keys),
      kept: kept)
  }

  /// The graph's outputs and the kept values, by the engine.
  private func run(
    _ inputs: [String: RuntimeValue], keeping kept: [ValueID], _ monitor: RunMonitor?
  ) throws -> [RuntimeValue] {
    guard let engines else { return [] }
    let compiled = try engines.engine(for: key(inputs, kept))
    defer { compiled.afterFirstRun?() }
    return try compiled.engine.run(compiled.inputNames.map { inputs[$0] ?? .none }, monitor: monitor)
  }
}

extension [String: RuntimeValue] {
  /// Bytes of all tensors.
  fileprivate var byteCount: Int { values.reduce(0) { $0 + ($1.tensor?.byteCount ?? 0) } }
}
