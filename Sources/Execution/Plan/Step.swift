import CKernels

/// Where a kernel finds numbers that are no activation.
enum Operand: Sendable, Hashable {
  /// Packed constants, from this float on.
  case packed(Int)
  /// A tensor of the model where it lies.
  case tensor(Int)
  /// The arena's buffer.
  case buffer(Int)
  /// The memory of a tensor that a run is given or a reference step makes.
  case slot(Int)
}

/// One kernel of a plan with what it reads and writes.
///
/// The C contexts hold sizes and choices; their addresses are filled in by ``Program`` when memory is there.
struct Step: @unchecked Sendable {
  enum Kernel {
    case convolution(cnn_convolution)
    case winogradInput(cnn_winograd)
    case winograd(cnn_winograd)
    case depthwise(cnn_depthwise)
    case pooling(cnn_pooling)
    case globalPooling(cnn_global_pooling)
    case elementwise(cnn_elementwise)
    case gather(cnn_gather)
    case pack(cnn_packing)
    case unpack(cnn_packing)
    case frame(cnn_framing)
    case border(cnn_border)
    case normalization(cnn_lrn)
    case linear(cnn_linear)
    case softmax(cnn_softmax)
    case reference(ReferenceStep)
  }

  var kernel: Kernel
  /// What the step stands for in the graph.
  var label: String
  /// Multiplications followed by an addition, as the graph counts them.
  var work = 0

  var input: [PlaneReference] = []
  /// The residual, or the second operand.
  var second: [PlaneReference] = []
  var output: [PlaneReference] = []
  /// Plain memory that is read or written.
  var source: Operand?
  var target: Operand?
  /// Floats from the beginning of source and target.
  var sourceStart = 0
  var targetStart = 0
  var weights: Operand?
  var bias: Operand?
  var scale: Operand?
  var shift: Operand?
  /// Where images count as one long row: floats of the pieces it is cut into.
  var flatRow: Int?
  /// Lanes of a gather: source blocks and places.
  var gatherSources: [Int16] = []
  var gatherLanes: [Int8] = []
  /// How many tasks the step falls into.
  var tasks = 1

  init(_ kernel: Kernel, _ label: String) { (self.kernel, self.label) = (kernel, label) }

  /// Buffers that are read.
  var readBuffers: Set<Int> {
    var buffers = Set((input + second).map(\.buffer))
    for case .buffer(let index)? in [source, weights, bias, scale, shift] { buffers.insert(index) }
    if case .reference(let step) = kernel {
      for case .plain(let view, _)? in step.inputs + step.captures.map({ Optional($0.value) }) {
        buffers.insert(view.buffer)
      }
    }
    return buffers
  }

  /// Buffers that are written.
  var writtenBuffers: Set<Int> {
    var buffers = Set(output.map(\.buffer))
    if case .buffer(let index)? = target { buffers.insert(index) }
    return buffers
  }
}

/// A node that the engine has no kernel for.
struct ReferenceStep: Sendable {
  /// Where an argument comes from.
  enum Input: Sendable {
    case slot(Int)
    case plain(PlainView, shape: [Int])
  }
  var node: Int
  var inputs: [Input?]
  /// The values that its bodies read by name.
  var captures: [(name: String, value: Input)] = []
  /// The slots of the outputs.
  var outputs: [Int?]
}
