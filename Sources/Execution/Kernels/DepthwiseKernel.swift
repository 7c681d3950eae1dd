import CKernels
import CNNTensors

/// A convolution of each channel by a filter of its own.
struct DepthwiseKernel: Kernel {
  static let code = "depthwise"

  nonisolated(unsafe) var context = cnn_depthwise()
  var operands = ConvolutionOperands()

  init() {}

  init(_ context: cnn_depthwise, _ operands: ConvolutionOperands) {
    (self.context, self.operands) = (context, operands)
  }

  var name: String { "depthwise" }
  var details: [String] { operands.details }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try operands.visit(&fields)
  }

  var reach: Reach? { context.reach }
  var reachedPlanes: [PlaneReference] { operands.input }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    partition.spread(&context, bytes: 8, taps: Int(context.kernel_height) * Int(context.kernel_width))
  }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.window(c)
    let (blocks, lanes) = (Int(c.blocks), Buffer.laneCount)
    try check.reads(operands.input, count: blocks, images: c.images, reach: c.reach, lanes: lanes)
    let taps = try check.product(blocks, lanes, Int(c.kernel_height), Int(c.kernel_width))
    try check.constants(operands.weights, taps)
    try operands.check(&check, blocks, c.images, c.height, c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.input = binding.planes(operands.input)
    c.residual = binding.planes(operands.residual)
    c.output = binding.planes(operands.output)
    c.weights = UnsafePointer(binding.floats(operands.weights))
    c.bias = UnsafePointer(binding.floats(operands.bias))
    binding.add(cnn_depthwise_kernel, c, tasks: tasks)
  }
}

extension cnn_depthwise: BandedContext {}

/// `[M, 1, kh, kw]` to `[block][kh][kw][16]`.
struct DepthwisePacking: Packing {
  var weights: Tensor
  /// The filter of each lane, -1 for none.
  var lanes: [Int32]
  var taps: Int

  var count: Int { lanes.count * taps }

  func pack(to target: UnsafeMutablePointer<Float>, _ steps: inout PackingSteps) throws {
    try weights.withElements(as: Float.self) { values in
      for (index, filter) in lanes.enumerated() {
        let block = target + index / 16 * taps * 16 + index % 16
        for tap in 0..<taps { block[tap * 16] = filter < 0 ? 0 : values[Int(filter) * taps + tap] }
      }
    }
  }
}
