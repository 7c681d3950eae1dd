import CKernels
import CNNTensors

/// Collects the steps of a program while kernels are bound to its memory.
struct Binding {
  /// A step on the reference path.
  struct Call {
    var evaluation: ReferenceKernel
    /// Its index among the steps.
    var step: Int
  }

  /// Where a run finds things.
  struct Memory {
    let arena: UnsafeMutableRawPointer
    let buffers: [Buffer]
    let constants: UnsafeMutablePointer<Float>
    let tensors: [Tensor]
  }

  private(set) var steps: [cnn_step] = []
  /// Tells contexts where a slot's tensor lies.
  private(set) var readers: [Int: [(UnsafeRawPointer) -> Void]] = [:]
  private(set) var calls: [Call] = []
  let contexts: ContextMemory
  private let memory: Memory
  private let instructionSet: cnn_instruction_set

  init(_ memory: Memory, contexts: ContextMemory, _ instructionSet: cnn_instruction_set) {
    (self.memory, self.contexts, self.instructionSet) = (memory, contexts, instructionSet)
  }

  /// The planes' addresses; `nil` for none.
  /// - Parameter row: elements of a row, if an image counts as rows of another length.
  func planes(_ references: [PlaneReference], row: Int? = nil) -> UnsafePointer<cnn_plane>? {
    guard !references.isEmpty else { return nil }
    return UnsafePointer(
      contexts.copy(
        references.map { reference in
          let buffer = memory.buffers[reference.buffer]
          return cnn_plane(
            data: address(buffer, buffer.position(plane: reference.plane)), row: Int64(row ?? buffer.row),
            image: Int64(buffer.image))
        }))
  }

  /// The address of memory that does not change from run to run; `nil` for what does, and for none.
  func floats(_ operand: Operand?) -> UnsafeMutablePointer<Float>? {
    switch operand {
    case .packed(let offset): memory.constants + offset
    case .buffer(let index, let start): address(memory.buffers[index], start)
    case .tensor, .slot, nil: nil
    }
  }

  /// The bytes of a tensor of the model, at any alignment.
  func bytes(_ operand: Operand?) -> UnsafeRawPointer? {
    guard case .tensor(let index)? = operand else { return nil }
    // The plan keeps the tensor's storage, which does not move.
    return memory.tensors[index].withBytes { $0.baseAddress }
  }

  /// The address of an operand, wherever it lies, for kernels that read at any alignment; `nil` for what changes from run
  /// to run.
  func address(_ operand: Operand?) -> UnsafeRawPointer? {
    bytes(operand) ?? floats(operand).map { UnsafeRawPointer($0) }
  }

  private func address(_ buffer: Buffer, _ element: Int) -> UnsafeMutablePointer<Float> {
    precondition(buffer.elementType == .float32, "this kernel reads single precision")
    return (memory.arena + buffer.offset + element * buffer.elementByteCount).assumingMemoryBound(to: Float.self)
  }

  /// Adds a step.
  /// - Returns: where its context lies, for addresses that change from run to run.
  @discardableResult
  mutating func add<T: BitwiseCopyable>(_ kernel: cnn_kernel, _ context: T, tasks: Int) -> UnsafeMutablePointer<T> {
    let bound = contexts.copy(context)
    steps.append(
      cnn_step(
        run: kernel.function(instructionSet), context: UnsafeRawPointer(bound), tasks: Int64(tasks), call: nil,
        argument: nil))
    return bound
  }

  /// Calls `body` with the address of the operand in each run, if it is a slot.
  mutating func onSlot(_ operand: Operand?, _ body: @escaping (UnsafeRawPointer) -> Void) {
    if case .slot(let slot)? = operand { readers[slot, default: []].append(body) }
  }

  /// Adds a step that the program evaluates by itself.
  mutating func add(call evaluation: ReferenceKernel) {
    calls.append(Call(evaluation: evaluation, step: steps.count))
    steps.append(cnn_step(run: nil, context: nil, tasks: 1, call: nil, argument: nil))
  }
}

extension cnn_kernel {
  /// The kernel's code for an instruction set.
  func function(_ set: cnn_instruction_set) -> cnn_task? {
    switch set {
    case CNN_AVX512: avx512
    case CNN_AVX2: avx2
    default: plain
    }
  }
}
