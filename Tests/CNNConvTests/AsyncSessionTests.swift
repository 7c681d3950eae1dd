import CNNConv
import Synchronization
import TestSupport
import Testing

/// Runs that do not hold up their caller.
struct AsyncSessionTests {
  /// An operator that tells when it begins, and goes on when it is let.
  private struct Gate: Operator {
    final class State: Sendable {
      let arrivals = Atomic<Int>(0)
      let isOpen = Atomic<Bool>(false)
      let passages = Atomic<Int>(0)
    }
    static let signature = OperatorSignature("Gate", domain: "com.example", versions: [1], inputs: 1...1)
    let state: State

    init(_ state: State) { self.state = state }
    init(from node: inout NodeReader) { state = State() }
    var isDeterministic: Bool { false }
    func infer(_ context: InferenceContext) -> [InferredValue] { [InferredValue(context.type(0))] }
    func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
      state.arrivals.add(1, ordering: .sequentiallyConsistent)
      while !state.isOpen.load(ordering: .sequentiallyConsistent) {}
      state.passages.add(1, ordering: .sequentiallyConsistent)
      return [try context.input(0)]
    }
  }

  /// Two gates, one behind the other, and a rectifier in front of them.
  private static func gates(_ first: Gate.State, _ second: Gate.State) throws -> Model {
    var network = GraphBuilder()
    let x = try network.apply(Relu(), to: network.input("x", shape: [1, 1, 1, 1]))
    try network.output(network.apply(Gate(second), to: network.apply(Gate(first), to: x), name: "y"))
    return try Model(graph: network.graph)
  }

  private static func arrival(at gate: Gate.State) async throws {
    while gate.arrivals.load(ordering: .sequentiallyConsistent) == 0 { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test(arguments: SessionTests.options) func givesWhatTheSynchronousRunGives(_ options: SessionOptions) async throws {
    let session = try Session(SessionTests.model(), options: options)
    let outputs = try await session.run(SessionTests.image, keeping: ["positive"])
    #expect(try outputs["mean"]?.values(as: Float.self) == [18])
    #expect(try outputs["positive"]?.values(as: Float.self) == [0, 3, 30, 39])
  }

  @Test(arguments: SessionTests.options) func tellsHowFarItIs(_ options: SessionOptions) async throws {
    let session = try Session(SessionTests.model(), options: options)
    let reports = Mutex<[RunProgress]>([])
    _ = try await session.run(SessionTests.image) { progress in reports.withLock { $0.append(progress) } }
    let seen = reports.withLock { $0 }
    let count = try #require(seen.first?.stepCount)
    #expect(count > 0)
    #expect(seen.map(\.completedSteps) == Array(0...count))
    #expect(seen.allSatisfy { $0.stepCount == count })
    #expect(seen.first?.fraction == 0)
    #expect(seen.last?.fraction == 1)
  }

  @Test(arguments: SessionTests.options) func cancellationEndsARunBeforeItsNextStep(_ options: SessionOptions)
    async throws
  {
    let (first, second) = (Gate.State(), Gate.State())
    second.isOpen.store(true, ordering: .sequentiallyConsistent)
    let session = try Session(Self.gates(first, second), options: options)
    let input = ["x": try Tensor([[[[3]]]])]
    let task = Task { try await session.run(input) }
    try await Self.arrival(at: first)
    task.cancel()
    first.isOpen.store(true, ordering: .sequentiallyConsistent)
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(first.passages.load(ordering: .sequentiallyConsistent) == 1)
    #expect(second.passages.load(ordering: .sequentiallyConsistent) == 0)
    // The session is as good as before.
    #expect(try await session.run(input)["y"]?.values(as: Float.self) == [3])
    #expect(second.passages.load(ordering: .sequentiallyConsistent) == 1)
  }

  /// A loop that would go on for ever is one step.
  @Test(.timeLimit(.minutes(2)), arguments: SessionTests.options)
  func cancellationEndsAStep(_ options: SessionOptions) async throws {
    var options = options
    options.workLimit = .max
    let graph = try #require(HostileGraph.long.first { $0.description == "a loop without end" })
    let session = Session(try Model(graph: graph.graph()), options: options)
    let input = ["x": try Tensor([Float(1)])]
    let hasBegun = Atomic<Bool>(false)
    let task = Task { try await session.run(input) { _ in hasBegun.store(true, ordering: .sequentiallyConsistent) } }
    while !hasBegun.load(ordering: .sequentiallyConsistent) { try await Task.sleep(for: .milliseconds(1)) }
    try await Task.sleep(for: .milliseconds(5))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test(.timeLimit(.minutes(2)), arguments: SessionTests.options)
  func aDeadlineEndsAStep(_ options: SessionOptions) async throws {
    var options = options
    (options.workLimit, options.timeout) = (.max, 0.05)
    let graph = try #require(HostileGraph.long.first { $0.description == "a loop without end" })
    let session = Session(try Model(graph: graph.graph()), options: options)
    let input = ["x": try Tensor([Float(1)])]
    let error = await #expect(throws: ConversionError.self) { try await session.run(input) }
    #expect(error?.code == .limit)
    #expect(error?.remedy == .allowMoreTime)
  }

  /// Runs that need the same plan at the same time: one compiles it, which the others wait for.
  @Test func aPlanIsCompiledOnce() async throws {
    let counter = Counted.State()
    var network = GraphBuilder()
    let x = try network.input("x", shape: [1])
    try network.output(network.apply(Counted(counter), to: x, name: "y"))
    let session = Session(try Model(graph: network.graph), options: SessionOptions(planCache: nil))
    let before = counter.inferences.load(ordering: .relaxed)
    let input = ["x": try Tensor([Float(2)])]
    _ = try await session.run(input)
    let once = counter.inferences.load(ordering: .relaxed) - before
    let other = Session(try Model(graph: network.graph), options: SessionOptions(planCache: nil))
    let start = counter.inferences.load(ordering: .relaxed)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 { group.addTask { try #expect(await other.run(input)["y"]?.values() == [Float(2)]) } }
      try await group.waitForAll()
    }
    #expect(counter.inferences.load(ordering: .relaxed) - start == once)
  }

  /// An operator that counts how often its types are inferred, and takes its time for it.
  private struct Counted: Operator {
    final class State: Sendable { let inferences = Atomic<Int>(0) }
    static let signature = OperatorSignature("Counted", domain: "com.example", versions: [1], inputs: 1...1)
    let state: State

    init(_ state: State) { self.state = state }
    init(from node: inout NodeReader) { state = State() }
    func infer(_ context: InferenceContext) -> [InferredValue] {
      state.inferences.add(1, ordering: .relaxed)
      let end = ContinuousClock.now.advanced(by: .milliseconds(20))
      while ContinuousClock.now < end {}
      return [InferredValue(context.type(0))]
    }
    func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { [try context.input(0)] }
  }

  @Test func aTaskThatIsCancelledRunsNothing() async throws {
    let session = try Session(SessionTests.model(), options: SessionOptions(planCache: nil))
    let image = try SessionTests.image
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await session.run(image)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test(arguments: SessionTests.options) func manyRunsAtOnce(_ options: SessionOptions) async throws {
    let session = try Session(SessionTests.model(), options: options)
    let sums = try await withThrowingTaskGroup(of: (Int, [Float]?).self) { group in
      for shift in 0..<24 {
        let image = try Tensor((1...16).map { Float($0 + shift) }, shape: [1, 1, 4, 4])
        group.addTask { (shift, try await session.run(["image": image], keeping: ["sums"])["sums"]?.values()) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    // A window of nine numbers grows by nine times the shift.
    for shift in 0..<24 { #expect(sums[shift] == [-6, 3, 30, 39].map { $0 + 9 * Float(shift) }) }
  }

  @Test func errorsAreThoseOfTheSynchronousRun() async throws {
    let session = try Session(SessionTests.model())
    let error = await #expect(throws: ConversionError.self) { try await session.run([:] as [String: Tensor]) }
    #expect(error?.code == .usage)
  }
}
