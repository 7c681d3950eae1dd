import CNNExecution
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Synchronization

/// The engines of a model, one for each combination of input shapes that was asked for.
final class EngineCache: Sendable {
  /// What an engine was compiled for: the shape of each input that is given as a tensor.
  struct Key: Hashable, Sendable {
    var shapes: [String: [Int]]
    /// Inputs that are given and are no tensors.
    var others: Set<String>
    /// Values that are outputs beside the graph's own, in order.
    var kept: [ValueID] = []
  }

  /// An engine, and the names of its inputs.
  struct Compiled: Sendable {
    var engine: Engine
    var inputNames: [String]
    /// Keeping a plan takes cores and memory that the first result is waiting for.
    var afterFirstRun: Once?
  }

  /// Something that happens the first time it is asked for.
  final class Once: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>
    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    func callAsFunction() {
      let body = body.withLock { body in
        defer { body = nil }
        return body
      }
      body?()
    }
  }

  /// More shapes than this are not kept; the one that was used longest ago goes.
  private static let capacity = 8
  private let model: Model
  private let options: SessionOptions
  private let entries = Mutex<[(key: Key, value: Compiled)]>([])

  init(_ model: Model, options: SessionOptions) { (self.model, self.options) = (model, options) }

  /// The engine for inputs of these shapes, compiled now if there is none.
  /// - Throws: `CancellationError` if the monitor stops the run before the engine is compiled.
  func engine(for key: Key, _ monitor: RunMonitor? = nil) throws -> Compiled {
    let found = entries.withLock { entries -> Compiled? in
      guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.value
    }
    if let found { return found }
    // Two threads may compile the same; holding the lock meanwhile would stop runs of other shapes.
    let compiled = try compile(key, monitor)
    entries.withLock { entries in
      entries.removeAll { $0.key == key }
      if entries.count >= Self.capacity { entries.removeFirst() }
      entries.append((key, compiled))
    }
    return compiled
  }

  /// The engine that an earlier process left, or one that is compiled now and left for later ones.
  private func compile(_ key: Key, _ monitor: RunMonitor?) throws -> Compiled {
    guard let cache = options.planCache, key.others.isEmpty, let text = cache.key(model, key, options) else {
      return try compileAnew(key, monitor)
    }
    if let engine = cache.engine(text, options) { return Compiled(engine: engine, inputNames: engine.inputNames) }
    let begin = ContinuousClock.now
    var compiled = try compileAnew(key, monitor)
    if begin.duration(to: .now) > .milliseconds(cache.leastMilliseconds) {
      let engine = compiled.engine
      compiled.afterFirstRun = Once { BackgroundWork.start { cache.keep(engine, text) } }
    }
    return compiled
  }

  private func compileAnew(_ key: Key, _ monitor: RunMonitor?) throws -> Compiled {
    try monitor?.check()
    var graph = model.graph
    graph.outputs += key.kept
    for id in graph.inputs {
      let value = graph[id]
      let isGiven = key.shapes[value.name] != nil || key.others.contains(value.name)
      if isGiven, value.isConstant {
        graph[id].constant = nil
        graph[id].sparseConstant = nil
      }
      guard let shape = key.shapes[value.name] else { continue }
      graph.declare(id, shape: shape.map(Dimension.fixed))
    }
    // What is not given is the constant that it stands for.
    graph.storeDefaults()
    var inference = TypeInference()
    try inference.infer(&graph)
    try monitor?.check()
    if options.fuses {
      _ = try PassDriver(Pipeline.execution).run(&graph)
      try inference.infer(&graph)
    }
    try monitor?.check()
    return Compiled(
      engine: try Engine(graph, options: options.engine), inputNames: graph.inputs.map { graph[$0].name })
  }
}
