import CKernels
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

  var steps: [Step] = []
  var buffers: [Buffer] = []
  /// Floats of the arena.
  var arenaCount = 0
  /// Floats that each thread needs.
  var scratchCount = 0
  /// Weights that are read where they lie.
  var tensors: [Tensor] = []
  /// What is packed, and where.
  var packing: [PackingJob] = []
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
}

/// Constants in the form that a kernel reads.
enum PackingJob: Sendable {
  /// Numbers as they are.
  case floats([Float], at: Int)
  /// Weights of a direct convolution.
  case convolution(ConvolutionPacking, at: Int)
  /// Weights of a convolution by Winograd.
  case winograd(WinogradPacking, at: Int)
  /// Weights of a convolution of each channel by its own kernel.
  case depthwise(Tensor, lanes: [Int32], taps: Int, at: Int)
}

/// `[M, C / groups, kh, kw]` to `[output block][plane of the group][kh][kw][lanes][16]`.
struct ConvolutionPacking: Sendable {
  var weights: Tensor
  /// The filter of each output lane, -1 for none.
  var filters: [Int32]
  /// The channel of each input lane, -1 for none.
  var channels: [Int32]
  /// Of the graph's convolution.
  var groupChannels: Int
  var groupFilters: Int
  /// Of the kernel's.
  var groupInputs: Int
  var groupOutputs: Int
  var lanes: Int
  var taps: Int
  var count: Int { filters.count * groupInputs * lanes * taps }
}

/// Weights `[M, C / groups, 3, 3]` to Winograd's form.
struct WinogradPacking: Sendable {
  var weights: Tensor
  var filters: Int
  var groupChannels: Int
  var groupInputs: Int
  var groupOutputs: Int
  var outputBlocks: Int
  /// True where tasks expand plain weights themselves.
  var expands: Bool
  var count: Int
}
