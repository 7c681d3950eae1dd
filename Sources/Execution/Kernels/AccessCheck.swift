import CKernels

/// Something in a plan does not fit.
struct Unsound: Error {}

/// Is told what a kernel reads and writes, and checks that it lies within its memory.
///
/// Kernels compute with what a plan says and look at nothing themselves. A plan from a file is run only after this check, so
/// that no number in the file leads outside of its memory.
protocol AccessCheck {
  /// The kernel reads planes of images of just this size.
  mutating func reads(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32, lanes: Int) throws
  /// The kernel reads planes by windows that reach over the images' edges, into borders of zeros.
  mutating func reads(_ planes: [PlaneReference], count: Int, images: Int32, reach: Reach, lanes: Int) throws
  /// The kernel reads all pixels of planes as one row.
  mutating func reads(_ planes: [PlaneReference], count: Int, images: Int32, pixels: Int) throws
  /// The kernel reads rows of numbers, `distance` apart.
  mutating func reads(_ operand: Operand?, rows: Int, columns: Int, distance: Int) throws
  /// The kernel reads numbers, or weights where they lie, up to the one before `end`.
  mutating func reads(_ operand: Operand?, before end: Int) throws
  /// The kernel reads packed constants of its own.
  mutating func constants(_ operand: Operand?, _ count: Int) throws
  /// The kernel reads all of a tensor of the model.
  mutating func weights(_ operand: Operand?, _ count: Int) throws

  /// The kernel writes all planes of a buffer, images of just this size.
  mutating func writes(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32, lanes: Int) throws
  /// The kernel writes all planes of a buffer as one row of pixels each.
  mutating func writes(_ planes: [PlaneReference], count: Int, images: Int32, pixels: Int) throws
  /// The kernel writes rows of numbers that fill a buffer.
  mutating func writes(_ operand: Operand?, rows: Int, columns: Int, distance: Int) throws
  /// The kernel clears the border of a buffer, and touches nothing else.
  mutating func clears(_ planes: [PlaneReference], _ border: BorderKernel) throws
}

extension AccessCheck {
  /// The kernel reads blocks of images of just this size.
  mutating func reads(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32
  ) throws {
    try reads(planes, count: count, images: images, height: height, width: width, lanes: Buffer.laneCount)
  }

  /// The kernel writes blocks of images of just this size.
  mutating func writes(
    _ planes: [PlaneReference], count: Int, images: Int32, height: Int32, width: Int32
  ) throws {
    try writes(planes, count: count, images: images, height: height, width: width, lanes: Buffer.laneCount)
  }

  /// - Throws: ``Unsound`` unless the condition holds.
  func require(_ condition: Bool) throws { if !condition { throw Unsound() } }

  /// Sizes that must be from 1 to a number that kernels can count in 32 bits.
  func sizes(_ values: Int32...) throws { for value in values { try require(value > 0 && value < 1 << 30) } }

  /// A product of sizes that is no larger than any memory.
  func product(_ factors: Int...) throws -> Int {
    var result = 1
    for factor in factors {
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      guard factor >= 0, !overflow, product <= Self.most else { throw Unsound() }
      result = product
    }
    return result
  }

  /// More than any plan has.
  static var most: Int { 1 << 48 }

  /// The most pixels of a window's extent, stride, dilation or padding; lowering takes no larger ones.
  static var largestWindow: Int { 1 << 16 }

  /// Images, bands of rows and spans of blocks.
  func bands(_ c: some BandedContext) throws {
    try sizes(c.images, c.height, c.width, c.blocks, c.band, c.span)
    try require(c.band <= c.height && c.span <= c.blocks)
  }

  /// The window of a convolution.
  func window(_ c: some ConvolutionSizes) throws {
    try window(
      (c.kernel_height, c.stride_height, c.dilation_height, c.pad_top),
      (c.kernel_width, c.stride_width, c.dilation_width, c.pad_left))
    try activation(c.activation)
  }

  /// Extent, stride, dilation and padding of a window's axes.
  func window(_ axes: (kernel: Int32, stride: Int32, dilation: Int32, pad: Int32)...) throws {
    for axis in axes {
      for size in [axis.kernel, axis.stride, axis.dilation] { try require(size > 0 && size <= Self.largestWindow) }
      try require(axis.pad >= 0 && axis.pad <= Self.largestWindow)
      try require(Int(axis.kernel) * Int(axis.dilation) <= Self.largestWindow)
    }
  }

  /// An activation that kernels know.
  func activation(_ activation: cnn_activation) throws {
    try require(activation.kind.rawValue <= CNN_QUANTIZE.rawValue)
  }
}
