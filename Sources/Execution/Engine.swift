import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors
import Synchronization

/// What an engine is allowed to do.
public struct EngineOptions: Sendable, Hashable {
  /// The instruction sets that kernels are compiled for.
  public enum InstructionSet: UInt32, Sendable, Hashable, CaseIterable {
    /// What every CPU has.
    case plain = 0
    /// 256-bit vectors with fused multiply-add.
    case avx2 = 1
    /// 512-bit vectors.
    case avx512 = 2

    /// The best one of this CPU.
    public static var best: InstructionSet { InstructionSet(rawValue: cnn_best_instruction_set().rawValue) ?? .plain }
  }

  /// Threads that compute, the caller's among them; 0 for all CPUs that the process may use.
  public var threads = 0
  /// The kernels to take.
  public var instructionSet = InstructionSet.best

  /// The best that this machine has.
  public init(threads: Int = 0, instructionSet: InstructionSet = .best) {
    (self.threads, self.instructionSet) = (threads, instructionSet)
  }

  /// Threads that compute on this machine.
  public var threadCount: Int { threads > 0 ? threads : CPUs.count }
}

/// A graph for inputs of known shapes, compiled for this machine. Safe to share between threads: each run has an arena of
/// its own, which later runs use again.
public final class Engine: Sendable {
  let plan: Plan
  private let constants: PackedConstants
  /// What the plan itself takes.
  private let structure: MemoryCharge?
  private let pool: ThreadPool
  private let instructionSet: cnn_instruction_set
  private let idle = Mutex<[Program]>([])
  /// What a plan takes for each node of its graph, arena and constants aside.
  private static let nodeByteCount = 1536

  /// Compiles a graph.
  /// - Parameter graph: a verified graph whose inputs have known shapes and whose types have been inferred.
  /// - Throws: ``ConversionError``; code `limit` if the system gives too little memory or too few threads.
  public init(_ graph: Graph, options: EngineOptions = EngineOptions()) throws {
    let threads = options.threadCount
    guard options.instructionSet.rawValue <= EngineOptions.InstructionSet.best.rawValue else {
      throw ConversionError(.usage, "this CPU has no \(options.instructionSet)")
    }
    guard let pool = ThreadPool.shared(threads) else {
      throw ConversionError(.limit, "the system does not give \(threads) threads")
    }
    (instructionSet, self.pool) = (cnn_instruction_set(options.instructionSet.rawValue), pool)
    do {
      structure = try MemoryCharge(graph.nodes.count.saturatingMultiplied(by: Self.nodeByteCount))
    } catch {
      throw ConversionError(error)
    }
    plan = try Plan(graph, threads: threads)
    do {
      constants = try PackedConstants(plan, on: pool)
    } catch {
      throw ConversionError(error)
    }
  }

  /// An engine as an earlier process left it.
  /// - Returns: `nil` if the file does not hold it whole, holds another one, or was not written with the key's secret.
  package convenience init?(contentsOf path: String, key: PlanKey, options: EngineOptions = EngineOptions()) {
    let threads = options.threadCount
    guard options.instructionSet.rawValue <= EngineOptions.InstructionSet.best.rawValue,
      let pool = ThreadPool.shared(threads), let (plan, constants) = PlanFile.read(path, key: key, on: pool)
    else { return nil }
    self.init(plan, constants, on: pool, options)
  }

  init(_ plan: Plan, _ constants: PackedConstants, on pool: ThreadPool, _ options: EngineOptions) {
    (self.pool, self.plan, self.constants, structure) = (pool, plan, constants, nil)
    instructionSet = cnn_instruction_set(options.instructionSet.rawValue)
  }

  /// Leaves the engine for later processes. The file appears whole or not at all.
  /// - Parameter key: what the engine was made of: a file that was written for another key is not read.
  /// - Returns: false if the engine cannot be kept, or the file cannot be written.
  package func write(to path: String, key: PlanKey) -> Bool {
    PlanFile.write(plan, constants, to: path, key: key, on: pool)
  }

  /// About as many bytes as a file takes that keeps the engine.
  package var keptByteCount: Int { PlanFile.byteCount(constants) }

  /// The words of the key that a file belongs to; `nil` if it was not written with the secret.
  package static func keyWords(of path: String, secret: PlanSecret) -> [String]? {
    ThreadPool.shared(1).flatMap { PlanFile.keyWords(of: path, secret: secret, on: $0) }
  }

  /// Names of the inputs that must be given, in order.
  public var inputNames: [String] { plan.inputs.map(\.name) }

  /// Runs the graph.
  /// - Parameter inputs: a value for each of the graph's inputs that is no constant, of the compiled shape.
  /// - Returns: the outputs in order.
  /// - Throws: ``ConversionError`` naming the node that failed.
  public func run(_ inputs: [RuntimeValue]) throws -> [RuntimeValue] {
    let program = try take()
    defer { put(program) }
    return try program.run(inputs, on: pool, isTimed: false)
  }

  /// Runs the graph under a monitor's eye.
  /// - Throws: `CancellationError` if the monitor stops the run, and ``ConversionError`` naming the node that failed.
  package func run(_ inputs: [RuntimeValue], monitor: RunMonitor?) throws -> [RuntimeValue] {
    let program = try take()
    defer { put(program) }
    return try program.run(inputs, on: pool, isTimed: false, monitor: monitor)
  }

  /// Runs the graph and takes the time of each step.
  public func profile(_ inputs: [RuntimeValue]) throws -> (outputs: [RuntimeValue], times: [StepTime]) {
    let program = try take()
    defer { put(program) }
    let outputs = try program.run(inputs, on: pool, isTimed: true)
    let times = zip(plan.steps, program.times).map { step, time in
      StepTime(kernel: step.kernel.name, label: step.label, milliseconds: Double(time) / 1e6, work: step.work)
    }
    return (outputs, times)
  }

  /// The plan in words: what was decided at each stage, and the steps.
  public var description: String { plan.text }

  /// Threads that compute.
  public var threads: Int { pool.count }

  /// Multiplications followed by an addition that a run stands for.
  public var work: Int { plan.steps.reduce(0) { $0 + $1.work } }

  /// What all threads do with nothing but multiplications and additions of registers, in 10⁹ operations a second; the
  /// best of some tries.
  public func peakGigaflops() -> Double {
    let rounds = Int64(400_000)
    var best = 0.0
    for _ in 0..<8 {
      let begin = ContinuousClock.now
      pool.run(cnn_peak_kernel.function(instructionSet), rounds, tasks: pool.count)
      let time = begin.duration(to: .now)
      let operations = Double(pool.count) * Double(rounds) * Double(CNN_PEAK_OPERATIONS)
      best = max(best, operations / (time / .nanoseconds(1)))
    }
    return best
  }

  /// The nodes that run on the reference path.
  public var referenceSteps: [String] {
    plan.steps.filter { $0.kernel is ReferenceKernel }.map(\.label)
  }

  private func take() throws -> Program {
    if let program = idle.withLock({ $0.popLast() }) { return program }
    do {
      return try Program(plan, constants: constants, instructionSet: instructionSet, threads: pool.count)
    } catch {
      throw ConversionError(error)
    }
  }

  private func put(_ program: Program) { idle.withLock { $0.append(program) } }
}

/// How long a step of a plan took.
public struct StepTime: Sendable, Encodable {
  /// The kind of kernel.
  public let kernel: String
  /// What it stands for in the graph.
  public let label: String
  /// The time of one run.
  public var milliseconds: Double
  /// Multiplications followed by an addition.
  public let work: Int
}

extension Plan {
  /// Compiles a graph, stage by stage.
  init(_ graph: Graph, threads: Int) throws {
    var builder = PlanBuilder(graph, threads: threads)
    try builder.build()
    self = builder.plan
    try dropUnusedConstants()
    assignBorders()
    partition(threads: threads)
    assignArena()
    // What is kept must come back: the rules for plans from files are those that the compiler follows.
    assert(!nodes.isEmpty || !constantSlots.isEmpty || isComplete(packedCount: packedCount), "a plan breaks a rule")
  }
}
