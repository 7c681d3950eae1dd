import CKernels

/// The largest element or the mean of each window.
struct PoolingKernel: Kernel {
  static let code = "pooling"

  nonisolated(unsafe) var context = cnn_pooling()
  var input: [PlaneReference] = []
  var output: [PlaneReference] = []

  init() {}

  init(_ context: cnn_pooling, input: [PlaneReference], output: [PlaneReference]) {
    (self.context, self.input, self.output) = (context, input, output)
  }

  var name: String { context.is_average == 0 ? "max pooling" : "average pooling" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&input, .reads)
    try fields.planes(&output, .writes)
  }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    partition.spread(&context, bytes: 16, taps: Int(context.kernel_height) * Int(context.kernel_width))
  }

  var taskCount: Int { context.taskCount }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    try check.bands(c)
    try check.activation(c.activation)
    try check.sizes(c.input_height, c.input_width)
    try check.window(
      (c.kernel_height, c.stride_height, c.dilation_height, c.pad_top),
      (c.kernel_width, c.stride_width, c.dilation_width, c.pad_left))
    for pad in [c.pad_bottom, c.pad_right] { try check.require(pad >= 0 && pad <= 1 << 16) }
    // Every window begins inside the image and its padding.
    let (rows, columns) = (Int(c.height - 1) * Int(c.stride_height), Int(c.width - 1) * Int(c.stride_width))
    try check.require(rows < Int(c.input_height) + Int(c.pad_top) + Int(c.pad_bottom))
    try check.require(columns < Int(c.input_width) + Int(c.pad_left) + Int(c.pad_right))
    try check.reads(input, count: Int(c.blocks), images: c.images, height: c.input_height, width: c.input_width)
    try check.writes(output, count: Int(c.blocks), images: c.images, height: c.height, width: c.width)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_pooling_kernel, c, tasks: tasks)
  }
}

extension cnn_pooling: BandedContext {}
