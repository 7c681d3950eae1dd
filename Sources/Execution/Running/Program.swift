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
  private var scratch: [UnsafeMutablePointer<Float>?]
  private let contexts = ContextMemory()
  private var steps: [cnn_step] = []
  /// Tells a context where a slot's tensor lies.
  private var readers: [Int: [(UnsafeRawPointer) -> Void]] = [:]
  /// The tensors of a run.
  private var slots: [RuntimeValue?]
  private var failure: (any Error)?
  /// Nanoseconds of each step of the last run that was timed.
  private(set) var times: [Int64] = []

  init(_ plan: Plan, constants: PackedConstants, kernels: cnn_kernels, threads: Int) throws {
    (self.plan, self.constants) = (plan, constants)
    arena = try AlignedMemory(count: plan.arenaCount)
    scratchMemory = try (0..<threads).map { _ in try AlignedMemory(count: plan.scratchCount + 64) }
    scratch = scratchMemory.map(\.start)
    slots = Array(repeating: nil, count: plan.slotCount)
    for step in plan.steps { bind(step, kernels) }
    for (slot, tensor) in plan.constantSlots { try set(slot, .tensor(tensor)) }
  }

  /// - Parameters:
  ///   - inputs: a value for each of the plan's inputs.
  ///   - isTimed: whether each step's time is taken.
  func run(_ inputs: [RuntimeValue], on pool: ThreadPool, isTimed: Bool) throws -> [RuntimeValue] {
    defer {
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
    let code = steps.withUnsafeBufferPointer { steps in
      isTimed
        ? times.withUnsafeMutableBufferPointer { pool.run(steps, scratch: scratch, times: $0.baseAddress) }
        : pool.run(steps, scratch: scratch)
    }
    if code != 0 { throw failure ?? ConversionError(.limit, "the run was ended by a step") }
    return try plan.outputs.map(output)
  }

  /// - Throws: ``ConversionError`` where kernels read the slot and expect another tensor: a file may have declared what is
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
      throw ConversionError(.badInput, "no value was given for '\(port.name)'", at: .init(tensor: port.name))
    }
    return value
  }

  /// A copy of numbers in the arena.
  private func tensor(_ view: PlainView, _ shape: [Int]) throws -> Tensor {
    let source = arena.start + plan.buffers[view.buffer].offset + view.start
    return try Tensor(.float32, shape: shape) { (target: UnsafeMutableBufferPointer<Float>) in
      guard let start = target.baseAddress else { return }
      for row in 0..<view.rows {
        (start + row * view.columns).update(from: source + row * view.rowDistance, count: view.columns)
      }
    }
  }

  // MARK: Binding

  private func planes(_ references: [PlaneReference], flatRow: Int?) -> UnsafeMutablePointer<cnn_plane>? {
    guard !references.isEmpty else { return nil }
    return contexts.copy(
      references.map { reference in
        let buffer = plan.buffers[reference.buffer]
        return cnn_plane(
          data: arena.start + buffer.address(plane: reference.plane),
          row: Int64(flatRow.map { $0 * Buffer.laneCount } ?? buffer.row), image: Int64(buffer.image))
      })
  }

  private func address(_ operand: Operand?, start: Int = 0) -> UnsafeMutablePointer<Float>? {
    switch operand {
    case .packed(let place): constants.start + place
    case .buffer(let index): arena.start + plan.buffers[index].offset + start
    case .tensor, .slot, nil: nil
    }
  }

  private func add<T: BitwiseCopyable>(_ run: cnn_task?, _ context: T, _ tasks: Int) -> UnsafeMutablePointer<T> {
    let memory = contexts.copy(context)
    steps.append(cnn_step(run: run, context: UnsafeRawPointer(memory), tasks: Int64(tasks), call: nil, argument: nil))
    return memory
  }

  private func onSlot(_ operand: Operand?, _ body: @escaping (UnsafeRawPointer) -> Void) {
    if case .slot(let slot)? = operand { readers[slot, default: []].append(body) }
  }

  private func bind(_ step: Step, _ kernels: cnn_kernels) {
    let input = UnsafePointer(planes(step.input, flatRow: step.flatRow))
    let second = UnsafePointer(planes(step.second, flatRow: step.flatRow))
    let output = UnsafePointer(planes(step.output, flatRow: step.flatRow))
    switch step.kernel {
    case .convolution(var c):
      (c.input, c.residual, c.output) = (input, second, output)
      (c.weights, c.bias) = (UnsafePointer(address(step.weights)), UnsafePointer(address(step.bias)))
      (c.scale, c.shift) = (UnsafePointer(address(step.scale)), UnsafePointer(address(step.shift)))
      _ = add(kernels.convolution, c, step.tasks)
    case .winogradInput(var c):
      (c.input, c.shared) = (input, address(step.target))
      _ = add(kernels.winograd_input, c, step.tasks)
    case .winograd(var c):
      (c.input, c.residual, c.output) = (input, second, output)
      (c.weights, c.bias) = (UnsafePointer(address(step.weights)), UnsafePointer(address(step.bias)))
      c.shared = address(step.source)
      _ = add(kernels.winograd, c, step.tasks)
    case .depthwise(var c):
      (c.input, c.residual, c.output) = (input, second, output)
      (c.weights, c.bias) = (UnsafePointer(address(step.weights)), UnsafePointer(address(step.bias)))
      _ = add(kernels.depthwise, c, step.tasks)
    case .pooling(var c):
      (c.input, c.output) = (input, output)
      _ = add(kernels.pooling, c, step.tasks)
    case .globalPooling(var c):
      (c.input, c.output) = (input, output)
      _ = add(kernels.global_pooling, c, step.tasks)
    case .elementwise(var c):
      (c.first, c.second, c.output) = (input, second, output)
      (c.scale, c.shift) = (UnsafePointer(address(step.scale)), UnsafePointer(address(step.shift)))
      _ = add(kernels.elementwise, c, step.tasks)
    case .gather(var c):
      (c.input, c.output) = (input, output)
      (c.source, c.lane) = (
        UnsafePointer(contexts.copy(step.gatherSources)), UnsafePointer(contexts.copy(step.gatherLanes))
      )
      _ = add(kernels.gather, c, step.tasks)
    case .pack(var c):
      (c.plain_input, c.blocks) = (UnsafePointer(address(step.source, start: step.sourceStart)), output)
      let context = add(kernels.pack, c, step.tasks)
      onSlot(step.source) { context.pointee.plain_input = $0.assumingMemoryBound(to: Float.self) }
    case .unpack(var c):
      (c.plain_output, c.blocks) = (address(step.target), input)
      _ = add(kernels.unpack, c, step.tasks)
    case .frame(var c):
      c.input = UnsafePointer(address(step.source, start: step.sourceStart))
      c.planes = output
      if let target = address(step.target) {
        c.planes = UnsafePointer(
          contexts.copy(cnn_plane(data: target, row: Int64(c.width), image: Int64(c.width * c.height))))
      }
      let context = add(kernels.frame, c, step.tasks)
      onSlot(step.source) { context.pointee.input = $0.assumingMemoryBound(to: Float.self) }
    case .border(var c):
      c.planes = output
      _ = add(kernels.border, c, step.tasks)
    case .normalization(var c):
      (c.input, c.output) = (input, output)
      _ = add(kernels.lrn, c, step.tasks)
    case .linear(var c):
      c.input = UnsafePointer(address(step.source, start: step.sourceStart))
      c.output = address(step.target, start: step.targetStart)
      c.bias = UnsafePointer(address(step.bias))
      if case .tensor(let index)? = step.weights { plan.tensors[index].withBytes { c.weights = $0.baseAddress } }
      _ = add(kernels.linear, c, step.tasks)
    case .softmax(var c):
      c.input = UnsafePointer(address(step.source, start: step.sourceStart))
      c.output = address(step.target)
      _ = add(kernels.softmax, c, step.tasks)
    case .reference(let reference): bind(reference, step.label)
    }
  }

  // MARK: Reference steps

  private final class Call {
    unowned let program: Program
    let step: ReferenceStep
    let label: String
    init(_ program: Program, _ step: ReferenceStep, _ label: String) {
      (self.program, self.step, self.label) = (program, step, label)
    }
  }
  private var calls: [Call] = []

  private func bind(_ reference: ReferenceStep, _ label: String) {
    let call = Call(self, reference, label)
    calls.append(call)
    steps.append(
      cnn_step(
        run: nil, context: nil, tasks: 1,
        call: { argument in
          guard let argument else { return 1 }
          let call = Unmanaged<Call>.fromOpaque(argument).takeUnretainedValue()
          return call.program.evaluate(call.step, call.label) ? 0 : 1
        }, argument: Unmanaged.passUnretained(call).toOpaque()))
  }

  private func value(_ input: ReferenceStep.Input) throws -> RuntimeValue? {
    switch input {
    case .slot(let slot): slots[slot]
    case .plain(let view, let shape): .tensor(try tensor(view, shape))
    }
  }

  private func evaluate(_ step: ReferenceStep, _ label: String) -> Bool {
    do {
      let inputs = try step.inputs.map { try $0.flatMap(value) }
      var captures: [String: RuntimeValue] = [:]
      for (name, input) in step.captures { captures[name] = try value(input) }
      let results = try plan.nodes[step.node].evaluate(inputs, captures: captures)
      for (position, slot) in step.outputs.enumerated() {
        guard let slot else { continue }
        guard position < results.count else { throw OperatorError.unsupported("output \(position)") }
        try set(slot, results[position])
      }
      return true
    } catch {
      failure = ConversionError(error, at: .init(node: label))
      return false
    }
  }
}
