import CKernels
import CNNGraphs
import CNNTensors

/// A plan with memory: an arena, and the kernels' contexts with addresses filled in. One run at a time: an engine hands it
/// to one run and takes it back, which is why it may pass between threads.
final class Program: @unchecked Sendable {
  private let plan: Plan
  private let constants: PackedConstants
  private let arena: AlignedMemory
  private let scratchMemory: [AlignedMemory]
  private let scratch: [UnsafeMutablePointer<Float>?]
  private let contexts = ContextMemory()
  private var steps: [cnn_step] = []
  /// Tells a context where a slot's tensor lies.
  private var readers: [Int: [(UnsafeRawPointer) -> Void]] = [:]
  private var calls: [ReferenceCall] = []
  /// The tensors of a run.
  private var slots: [RuntimeValue?]
  private var failure: (any Error)?
  /// The steps with a call before each and at the end, for runs that are watched.
  private lazy var watchedSteps = steps.flatMap { [watch.step, $0] } + [watch.step]
  private lazy var watch = WatchCall(self)
  /// Units of work that a run takes, those of reference steps not counted.
  private let cost: Int
  /// Nanoseconds of each step of the last run that was timed.
  private(set) var times: [Int64] = []

  init(_ plan: Plan, constants: PackedConstants, instructionSet: cnn_instruction_set, threads: Int) throws {
    (self.plan, self.constants) = (plan, constants)
    cost = plan.cost
    do { arena = try AlignedMemory(byteCount: plan.arenaByteCount) } catch {
      throw ConversionError(error, at: .init(node: plan.largestStep?.label))
    }
    scratchMemory = try (0..<threads).map { _ in
      try AlignedMemory(byteCount: (plan.scratchCount + 64) * MemoryLayout<Float>.stride)
    }
    scratch = scratchMemory.map(\.floats)
    slots = Array(repeating: nil, count: plan.slotCount)
    let memory = Binding.Memory(
      arena: arena.start, buffers: plan.buffers, constants: constants.start, tensors: plan.tensors)
    var binding = Binding(memory, contexts: contexts, instructionSet)
    for step in plan.steps { step.kernel.bind(&binding, tasks: step.tasks) }
    (steps, readers) = (binding.steps, binding.readers)
    for call in binding.calls {
      let reference = ReferenceCall(self, call.evaluation, plan.steps[call.step].label)
      calls.append(reference)
      steps[call.step] = reference.step
    }
    for (slot, tensor) in plan.constantSlots { try set(slot, .tensor(tensor)) }
  }

  /// - Parameters:
  ///   - inputs: a value for each of the plan's inputs.
  ///   - isTimed: whether each step's time is taken.
  ///   - monitor: told of each step, and may end the run between two of them.
  func run(
    _ inputs: [RuntimeValue], on pool: ThreadPool, isTimed: Bool, monitor: RunMonitor? = nil
  ) throws -> [RuntimeValue] {
    let budget = WorkBudget.current
    do { try budget.charge(cost) } catch {
      let costliest = plan.steps.max { $0.work < $1.work }
      throw ConversionError(error, at: .init(node: costliest?.label))
    }
    if let monitor { watch.begin(monitor, stepCount: steps.count) }
    defer {
      if monitor != nil { watch.end() }
      // Tensors of a run are let go with it.
      for index in slots.indices where plan.constantSlots[index] == nil { slots[index] = nil }
      failure = nil
    }
    guard inputs.count == plan.inputs.count else {
      throw ConversionError(.usage, "\(plan.inputs.count) inputs expected, \(inputs.count) given")
    }
    for (port, value) in zip(plan.inputs, inputs) {
      do {
        if let slot = port.slot { try set(slot, value) }
      } catch {
        throw ConversionError(error, at: .init(tensor: port.name))
      }
    }
    if isTimed { times = Array(repeating: 0, count: steps.count) }
    let code = (monitor == nil ? steps : watchedSteps).withUnsafeBufferPointer { steps in
      isTimed
        ? times.withUnsafeMutableBufferPointer {
          pool.run(steps, scratch: scratch, within: budget, times: $0.baseAddress)
        } : pool.run(steps, scratch: scratch, within: budget)
    }
    if code == CNN_POOL_STOPPED { try budget.check() }
    if code != 0 { throw failure ?? ConversionError(.internalFault, "a step ended the run") }
    return try plan.outputs.map(output)
  }

  /// - Throws: ``ConversionError`` if kernels read the slot and expect another tensor: a file may have declared what is
  ///   not so.
  private func set(_ slot: Int, _ value: RuntimeValue) throws {
    if let shape = plan.slotShapes[slot] {
      guard let tensor = value.tensor, tensor.elementType == .float32, tensor.shape == shape else {
        let found = value.tensor.map { "\($0.elementType)\($0.shape)" } ?? "no tensor"
        throw ConversionError(.badInput, "float32\(shape) expected, \(found) found")
      }
    }
    slots[slot] = value
    guard let readers = readers[slot], let storage = value.tensor?.storage else { return }
    // The slot keeps the storage alive while the run lasts.
    storage.withBytes { bytes in if let start = bytes.baseAddress { for reader in readers { reader(start) } } }
  }

  private func output(_ port: Plan.Port) throws -> RuntimeValue {
    if let view = port.view { return .tensor(try tensor(view, port.shape)) }
    guard let slot = port.slot, let value = slots[slot] else {
      throw ConversionError(.internalFault, "the run made no value for the output", at: .init(tensor: port.name))
    }
    return value
  }

  /// A copy of numbers in the arena.
  private func tensor(_ view: PlainView, _ shape: [Int]) throws -> Tensor {
    let buffer = plan.buffers[view.buffer]
    precondition(buffer.elementType == .float32, "plain buffers hold single precision")
    let source = (arena.start + buffer.offset).assumingMemoryBound(to: Float.self) + view.start
    return try Tensor(.float32, shape: shape) { (target: UnsafeMutableBufferPointer<Float>) in
      guard let start = target.baseAddress else { return }
      for row in 0..<view.rows {
        (start + row * view.columns).update(from: source + row * view.rowDistance, count: view.columns)
      }
    }
  }

  fileprivate func fail(_ error: any Error) { failure = error }

  // MARK: Reference steps

  private func value(_ input: ReferenceKernel.Input) throws -> RuntimeValue? {
    switch input {
    case .slot(let slot): slots[slot]
    case .plain(let view, let shape): .tensor(try tensor(view, shape))
    }
  }

  /// Runs a node by its operator.
  /// - Returns: false if it failed; why is kept for the run.
  fileprivate func evaluate(_ step: ReferenceKernel, _ label: String) -> Bool {
    do {
      let inputs = try step.inputs.map { try $0.flatMap(value) }
      var captures: [String: RuntimeValue] = [:]
      for (name, input) in step.captures { captures[name] = try value(input) }
      let results = try plan.nodes[step.node].evaluate(inputs, captures: captures)
      for (position, slot) in step.outputs.enumerated() {
        guard let slot else { continue }
        guard position < results.count else {
          throw OperatorError.missingOutputs(expected: step.outputs.count, found: results.count)
        }
        try set(slot, results[position])
      }
      return true
    } catch {
      failure = ConversionError(error, at: .init(node: label))
      return false
    }
  }
}

/// What stands between the steps of a run that is watched. Calls are made by the thread that runs the program, after all
/// threads have done the step before.
private final class WatchCall {
  private unowned let program: Program
  private var monitor: RunMonitor?
  private var completedSteps = 0
  private var stepCount = 0

  init(_ program: Program) { self.program = program }

  func begin(_ monitor: RunMonitor, stepCount: Int) {
    (self.monitor, self.stepCount, completedSteps) = (monitor, stepCount, 0)
  }

  func end() { monitor = nil }

  private func pass() -> Bool {
    do {
      try monitor?.pass(completedSteps, of: stepCount)
      completedSteps += 1
      return true
    } catch {
      program.fail(error)
      return false
    }
  }

  /// The step; the call must outlive it.
  var step: cnn_step {
    cnn_step(
      run: nil, context: nil, tasks: 1,
      call: { argument in
        guard let argument else { return 1 }
        return Unmanaged<WatchCall>.fromOpaque(argument).takeUnretainedValue().pass() ? 0 : 1
      }, argument: Unmanaged.passUnretained(self).toOpaque())
  }
}

/// What a reference step calls.
private final class ReferenceCall {
  private unowned let program: Program
  private let evaluation: ReferenceKernel
  private let label: String

  init(_ program: Program, _ evaluation: ReferenceKernel, _ label: String) {
    (self.program, self.evaluation, self.label) = (program, evaluation, label)
  }

  /// The step; the call must outlive it.
  var step: cnn_step {
    cnn_step(
      run: nil, context: nil, tasks: 1,
      call: { argument in
        guard let argument else { return 1 }
        let call = Unmanaged<ReferenceCall>.fromOpaque(argument).takeUnretainedValue()
        return call.program.evaluate(call.evaluation, call.label) ? 0 : 1
      }, argument: Unmanaged.passUnretained(self).toOpaque())
  }
}
