import CNNExecution
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNSystem
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
  private let state = Mutex(State())

  init(_ model: Model, options: SessionOptions) { (self.model, self.options) = (model, options) }

  /// The engine for inputs of these shapes, compiled now if there is none.
  /// A thread that needs what another one compiles waits for it, and compiles it itself if the other one fails.
  /// - Throws: what ends the work, see ``WorkBudget``, if it has to end before the engine is compiled.
  func engine(for key: Key) throws -> Compiled {
    while true {
      let step = state.withLock { $0.step(for: key) }
      switch step {
      case .found(let compiled): return compiled
      case .compile:
        let result = Result { try compile(key) }
        state.withLock { $0.finish(key, try? result.get()) }
        return try result.get()
      case .wait:
        try WorkBudget.current.check()
        SystemClock.pause(microseconds: 200)
      }
    }
  }

  private struct State {
    enum Step {
      case found(Compiled)
      case compile
      case wait
    }

    /// The one that was used last stands last.
    private var entries: [(key: Key, value: Compiled)] = []
    /// What some thread compiles now.
    private var underway: Set<Key> = []

    /// What the thread that asks has to do.
    mutating func step(for key: Key) -> Step {
      if let index = entries.firstIndex(where: { $0.key == key }) {
        let entry = entries.remove(at: index)
        entries.append(entry)
        return .found(entry.value)
      }
      return underway.insert(key).inserted ? .compile : .wait
    }

    mutating func finish(_ key: Key, _ compiled: Compiled?) {
      underway.remove(key)
      guard let compiled else { return }
      if entries.count >= EngineCache.capacity { entries.removeFirst() }
      entries.append((key, compiled))
    }
  }

  /// The engine that an earlier process left, or one that is compiled now and left for later ones.
  private func compile(_ key: Key) throws -> Compiled {
    guard let cache = options.planCache, key.others.isEmpty, let place = cache.place(model, key, options) else {
      return try compileAnew(key)
    }
    if let engine = place.engine() { return Compiled(engine: engine, inputNames: engine.inputNames) }
    // From here on no change of the model's files goes unseen.
    let isSettled = place.settle()
    let begin = ContinuousClock.now
    var compiled = try compileAnew(key)
    if isSettled, begin.duration(to: .now) > .milliseconds(cache.leastMilliseconds) {
      let engine = compiled.engine
      compiled.afterFirstRun = Once { BackgroundWork.start { place.keep(engine) } }
    }
    return compiled
  }

  private func compileAnew(_ key: Key) throws -> Compiled {
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
    if options.fuses {
      _ = try PassDriver(Pipeline.execution).run(&graph)
      try inference.infer(&graph)
    }
    return Compiled(
      engine: try Engine(graph, options: options.engine), inputNames: graph.inputs.map { graph[$0].name })
  }
}
