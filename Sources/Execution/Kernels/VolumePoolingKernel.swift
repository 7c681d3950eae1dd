import CKernels

/// The largest element or the mean of each window over three axes of a row-major tensor.
struct VolumePoolingKernel: Kernel {
  static let code = "volume pooling"

  nonisolated(unsafe) var context = cnn_volume_pooling()
  var source: Operand?
  var target: Operand?

  init() {}

  init(_ context: cnn_volume_pooling, source: Operand, target: Operand) {
    (self.context, self.source, self.target) = (context, source, target)
  }

  var name: String { context.is_average == 0 ? "max volume pooling" : "average volume pooling" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.operand(&source, .reads)
    try fields.operand(&target, .writes)
  }

  private var rows: Int { Int(context.planes) * Int(context.result.0) * Int(context.result.1) }

  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {
    let c = context
    let taps = Int(c.kernel.0) * Int(c.kernel.1) * Int(c.extent.2) + Int(c.kernel.2) * Int(c.result.2)
    let wanted = partition.tasks(microseconds: Double(rows) * Double(taps) / 4_000)
    context.band = Int64(max(1, (rows + wanted - 1) / wanted))
  }

  var taskCount: Int { (rows + Int(context.band) - 1) / Int(context.band) }

  var scratch: Int { (Int(context.extent.2) + 15) / 16 * 16 }

  func check(_ check: inout some AccessCheck) throws {
    let c = context
    func three(_ numbers: (Int32, Int32, Int32)) -> [Int] { [Int(numbers.0), Int(numbers.1), Int(numbers.2)] }
    let (extents, results) = (three(c.extent), three(c.result))
    try check.require(c.planes > 0 && c.planes < 1 << 31 && c.band > 0 && c.band < 1 << 40)
    var (elements, outputs) = (Int(c.planes), Int(c.planes))
    for index in 0..<3 {
      try check.require(extents[index] > 0 && extents[index] < 1 << 30 && results[index] > 0)
      let (kernel, stride) = (three(c.kernel)[index], three(c.stride)[index])
      let (dilation, pad, end) = (three(c.dilation)[index], three(c.pad)[index], three(c.pad_end)[index])
      try check.window((Int32(kernel), Int32(stride), Int32(dilation), Int32(pad)))
      try check.require(end >= 0 && end <= 1 << 16)
      // Every window begins inside the input and its padding.
      try check.require((results[index] - 1) * stride < extents[index] + pad + end)
      elements = try check.product(elements, extents[index])
      outputs = try check.product(outputs, results[index])
    }
    try check.reads(source, before: elements)
    try check.writes(target, rows: 1, columns: outputs, distance: outputs)
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    (c.input, c.output) = (binding.address(source), binding.floats(target))
    let bound = binding.add(cnn_volume_pooling_kernel, c, tasks: tasks)
    binding.onSlot(source) { bound.pointee.input = $0 }
  }
}
