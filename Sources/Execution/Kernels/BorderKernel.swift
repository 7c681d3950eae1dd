import CKernels

/// Zeros around the images of a buffer.
struct BorderKernel: Kernel {
  static let code = "border"

  nonisolated(unsafe) var context = cnn_border()
  var output: [PlaneReference] = []

  init() {}

  /// Clears the border of the buffer of this index.
  init(of buffer: Buffer, _ index: Int) {
    context.blocks = Int32(buffer.planes)
    context.images = Int32(buffer.images)
    (context.height, context.width) = (Int32(buffer.height), Int32(buffer.width))
    (context.top, context.left) = (Int32(buffer.border.top), Int32(buffer.border.left))
    (context.bottom, context.right) = (Int32(buffer.border.bottom), Int32(buffer.border.right))
    context.lanes = Int32(buffer.lanes)
    output = (0..<buffer.planes).map { PlaneReference(buffer: index, plane: $0) }
  }

  var name: String { "border" }

  mutating func visit(_ fields: inout some KernelFields) throws {
    try fields.value(&context)
    try fields.planes(&output, .writes)
  }

  var taskCount: Int { Int(context.images) * Int(context.blocks) }

  func check(_ check: inout some AccessCheck) throws { try check.clears(output, self) }

  /// True if the kernel is the one that clears the border of this buffer.
  func clears(_ buffer: Buffer, _ index: Int) -> Bool {
    let (own, other) = (context, BorderKernel(of: buffer, index).context)
    return output == BorderKernel(of: buffer, index).output && own.blocks == other.blocks && own.images == other.images
      && own.height == other.height && own.width == other.width && own.top == other.top && own.left == other.left
      && own.bottom == other.bottom && own.right == other.right && own.lanes == other.lanes
  }

  func bind(_ binding: inout Binding, tasks: Int) {
    var c = context
    c.planes = binding.planes(output)
    binding.add(cnn_border_kernel, c, tasks: tasks)
  }
}
