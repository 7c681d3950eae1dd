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

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) -> Int {
    partition.spread(&context, bytes: 16, taps: Int(context.kernel_height) * Int(context.kernel_width))
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.planes(input), binding.planes(output))
    binding.add(cnn_pooling_kernel, c, tasks: tasks)
  }
}

extension cnn_pooling: BandedContext {}
