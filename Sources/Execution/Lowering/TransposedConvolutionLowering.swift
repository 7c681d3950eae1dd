import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Transposed convolutions by phases: the pixels of the result that are a stride apart are a convolution of the input,
/// with those taps of the window that meet them. One convolution computes all phases as channels of its own, and their
/// pixels are put in turn.
enum TransposedConvolutionLowering: Lowering {
  static let operators: [any Operator.Type] = [TransposedConvolution.self]
  static let kernels: [any Kernel.Type] = [InterleaveKernel.self]
  static let role = FusionRole.elementwise

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? TransposedConvolution, operation.groups == 1,
      let input = builder.windowedImage(group.input), let output = builder.windowedImage(group.output),
      let weights = builder.constant(node.inputs[1]), weights.elementType == .float32,
      weights.rank == input.extents.count, weights.shape[0] == input.channels,
      weights.shape[1] == output.channels,
      let given = try? operation.axes(over: input.spatial, weights: Array(weights.shape[2...])),
      let (depth, height, width) = given.three, depth.isIdentity
    else { return false }
    var bias = [Float](repeating: 0, count: output.channels)
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let values = builder.floats(id), values.count == bias.count else { return false }
      bias = values
    }
    let axes = [height, width]
    if input.pixels == 1, axes.allSatisfy({ $0.padBegin == 0 && $0.input == $0.kernel && $0.dilation == 1 }) {
      return try lowerPixel(group, weights, bias, input, output, with: &builder)
    }
    guard let phases = Phases(axes, input), builder.isSmall([phases.count, weights.count * 64]) else { return false }
    return try lower(group, phases, weights, bias, input, output, with: &builder)
  }

  /// Of single pixels the result is a product: each makes a window.
  private static func lowerPixel(
    _ group: FusionGroup, _ weights: Tensor, _ bias: [Float], _ input: ImageShape, _ output: ImageShape,
    with builder: inout PlanBuilder
  ) throws -> Bool {
    let source = try builder.rows(group.input)
    let count = output.channels * output.pixels
    let target = builder.addMatrix(rows: output.images, columns: count)
    builder.addLinear(
      LinearCase(
        source: source, target: target, padded: count, weights: weights, inputs: input.channels, outputs: count,
        isTransposed: true, bias: bias.flatMap { [Float](repeating: $0, count: output.pixels) },
        activation: group.activation, label: builder.label(group), work: builder.work(of: group)))
    builder.plains[group.output] = target
    return true
  }

  private static func lower(
    _ group: FusionGroup, _ phases: Phases, _ weights: Tensor, _ bias: [Float], _ input: ImageShape,
    _ output: ImageShape, with builder: inout PlanBuilder
  ) throws -> Bool {
    // Each phase begins with a block.
    let width = phases.count == 1 ? output.channels : Buffer.blocks(of: output.channels) * Buffer.laneCount
    let filters = phases.count * width
    let spread = try phases.weights(weights, filters: output.channels, width: width)
    let window = SpatialWindow(pads: [
      phases.height.padBegin, phases.width.padBegin, phases.height.padEnd, phases.width.padEnd,
    ])
    let geometry = try ConvolutionGeometry(
      input: [input.images, input.channels, input.height, input.width], weights: spread.shape, groups: 1, window: window
    )
    let inner = ImageShape(
      images: input.images, channels: filters,
      spatial: Array([phases.height.count, phases.width.count].suffix(input.spatial.count)))
    guard Array(geometry.outputShape[2...]) == [phases.height.count, phases.width.count],
      [geometry.axes.1, geometry.axes.2].isModest
    else { return false }
    let addends = (0..<filters).map { $0 % width < bias.count ? bias[$0 % width] : 0 }
    let form = ConvolutionCase(
      group, weights: spread, bias: addends, geometry: geometry, input: input, output: inner,
      label: builder.label(group))
    guard try builder.lowerConvolution(form), let view = builder.views[group.output] else { return false }
    if phases.count == 1, inner == output { return true }
    guard let planes = view.alignedPlanes else { throw Unlowered.shape }
    let target = builder.addImage(output)
    var context = cnn_interleave()
    (context.blocks, context.images) = (Int32(target.blocks), Int32(output.images))
    (context.height, context.width) = (Int32(output.height), Int32(output.width))
    (context.stride_height, context.stride_width) = (Int32(phases.height.stride), Int32(phases.width.stride))
    (context.crop_top, context.crop_left) = (Int32(phases.height.crop), Int32(phases.width.crop))
    let kernel = InterleaveKernel(
      context, input: planes, output: builder.planes(of: target),
      phase: .init(height: Int32(inner.height), width: Int32(inner.width)))
    builder.add(Step(kernel, "pixels of \(builder.label(group))"))
    builder.views[group.output] = target
    return true
  }

  /// The convolution that makes all phases.
  private struct Phases {
    struct Axis {
      let stride: Int
      let dilation: Int
      /// Elements of the window from end to end.
      let reach: Int
      /// Elements of a phase's window.
      let taps: Int
      /// Padding of the phases' convolution.
      let padBegin: Int
      let padEnd: Int
      /// Pixels of a phase.
      let count: Int
      /// Pixels of the whole before the first one of the result.
      let crop: Int

      /// - Parameters:
      ///   - axis: the window over the result.
      ///   - extent: that of the input.
      init?(_ axis: WindowAxis, extent: Int) {
        (stride, dilation) = (axis.stride, axis.dilation)
        reach = (axis.kernel - 1) * axis.dilation + 1
        taps = (reach + stride - 1) / stride
        // The whole's pixel o + padBegin is of phase (o + padBegin) % stride, there the (o + padBegin) / stride-th.
        let first = axis.padBegin / stride
        let last = (axis.input - 1 + axis.padBegin) / stride
        padBegin = taps - 1 - first
        guard padBegin >= 0, axis.input > 0, axis.padBegin >= 0 else { return nil }
        // No fewer than the input asks for without padding at its end.
        count = max(last - first + 1, extent + padBegin - taps + 1)
        padEnd = count + taps - 1 - extent - padBegin
        crop = axis.padBegin - first * stride
      }
    }

    let height: Axis
    let width: Axis
    var count: Int { height.stride * width.stride }

    init?(_ axes: [WindowAxis], _ input: ImageShape) {
      guard let height = Axis(axes[0], extent: input.height), let width = Axis(axes[1], extent: input.width),
        height.stride * width.stride <= 256
      else { return nil }
      (self.height, self.width) = (height, width)
    }

    /// The phases' filters one after the other: `[phases · width, channels, taps, taps]`.
    func weights(_ weights: Tensor, filters: Int, width: Int) throws -> Tensor {
      let channels = weights.shape[0]
      let kernel = (rows: weights.shape.dropFirst(2).dropLast().reduce(1, *), columns: weights.shape[weights.rank - 1])
      let values = try weights.values(as: Float.self)
      let (rows, columns) = (self.height.taps, self.width.taps)
      var result = [Float](repeating: 0, count: count * width * channels * rows * columns)
      for phase in 0..<count {
        let (top, left) = (phase / self.width.stride, phase % self.width.stride)
        for (row, column) in (0..<rows).flatMap({ row in (0..<columns).map { (row, $0) } }) {
          // The window is passed from its end.
          let y = top + self.height.stride * (rows - 1 - row)
          let x = left + self.width.stride * (columns - 1 - column)
          guard y % self.height.dilation == 0, x % self.width.dilation == 0, y < self.height.reach,
            x < self.width.reach
          else { continue }
          let tap = y / self.height.dilation * kernel.columns + x / self.width.dilation
          for filter in 0..<filters {
            for channel in 0..<channels {
              let target = ((phase * width + filter) * channels + channel) * rows * columns + row * columns + column
              result[target] = values[(channel * filters + filter) * kernel.rows * kernel.columns + tap]
            }
          }
        }
      }
      return try Tensor(result, shape: [count * width, channels, rows, columns])
    }
  }
}
