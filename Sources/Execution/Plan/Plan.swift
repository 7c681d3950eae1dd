import CNNGraphs
import CNNTensors

/// A graph for inputs of known shapes as kernels in order: which read what, where it lies, and how it is cut into tasks.
struct Plan: Sendable {
  /// A graph input or output.
  struct Port: Sendable {
    var name: String
    var shape: [Int]
    var elementType: ElementType
    /// The slot of a value that stays a tensor.
    var slot: Int?
    /// Where a kernel leaves an output.
    var view: PlainView?
  }

  /// Constants in the form that a kernel reads.
  struct PackedConstant: Sendable {
    var packing: any Packing
    /// Floats before it.
    var offset: Int
  }

  var steps: [Step] = []
  var buffers: [Buffer] = []
  /// Bytes of the arena.
  var arenaByteCount = 0
  /// Floats that each thread needs.
  var scratchCount = 0
  /// Weights that are read where they lie.
  var tensors: [Tensor] = []
  /// What is packed, and where.
  var packing: [PackedConstant] = []
  /// Floats of packed constants.
  var packedCount = 0
  /// Tensors that live for a run: inputs, and what reference steps make.
  var slotCount = 0
  var constantSlots: [Int: Tensor] = [:]
  /// What kernels expect of the slots that they read, all of single precision.
  var slotShapes: [Int: [Int]] = [:]
  var inputs: [Port] = []
  var outputs: [Port] = []
  /// Nodes that reference steps run.
  var nodes: [Node] = []
  /// What the compiler decided, stage by stage.
  var notes: [String] = []

  /// Units of work that a run takes, those of reference steps not counted; see `WorkBudget`.
  var cost: Int {
    let moved = buffers.reduce(0) { $0.saturatingAdded(to: $1.byteCount) }.saturatingMultiplied(by: 2)
    return steps.reduce(moved) { $0.saturatingAdded(to: $1.work) }
  }

  /// The step that writes the largest buffer.
  var largestStep: Step? {
    guard let largest = buffers.indices.max(by: { buffers[$0].byteCount < buffers[$1].byteCount }) else { return nil }
    return steps.first { BufferAccesses($0.kernel).writes.contains(largest) }
  }

  /// Cuts all steps into tasks, and finds how much scratch memory they need.
  mutating func partition(threads: Int) {
    let partition = Partition(threads: threads)
    for index in steps.indices {
      steps[index].kernel.cut(partition, buffers)
      steps[index].tasks = steps[index].kernel.taskCount
      scratchCount = max(scratchCount, steps[index].kernel.scratch)
    }
  }
}
