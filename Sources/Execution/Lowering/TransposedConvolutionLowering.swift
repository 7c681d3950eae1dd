import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Transposed convolutions by phases: the pixels of the result that are a stride apart are a convolution of the input,
/// with those taps of the window that meet them. Phases with as many taps are channels of one convolution; then the pixels
/// are put in turn.
enum TransposedConvolutionLowering: Lowering {
  static let operators: [any Operator.Type] = [TransposedConvolution.self]
  static let kernels: [any Kernel.Type] = [InterleaveKernel.self, VolumeKernel.self, MoveKernel.self]
  static let role = FusionRole.elementwise

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? TransposedConvolution else { return false }
    if builder.shape(group.input)?.count == 5 { return try builder.lowerTiles(group, operation) }
    guard operation.groups == 1,
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
    // Zeros meet every weight at the edges.
    guard let values = try? weights.values(as: Float.self), values.allSatisfy(\.isFinite),
      let phases = Phases(axes, input), builder.isSmall([phases.count, weights.count * 16])
    else { return false }
    return try lower(group, phases, values, bias, input, output, with: &builder)
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
    _ group: FusionGroup, _ phases: Phases, _ weights: [Float], _ bias: [Float], _ input: ImageShape,
    _ output: ImageShape, with builder: inout PlanBuilder
  ) throws -> Bool {
    // Each phase begins with a block, if there are several.
    let width = phases.count == 1 ? output.channels : Buffer.blocks(of: output.channels) * Buffer.laneCount
    let label = builder.label(group)
    let extents = [phases.height.count, phases.width.count]
    var planes = [[PlaneReference]](repeating: [], count: phases.count)
    for alike in phases.alike {
      let filters = alike.phases.count * width
      let spread = try phases.weights(weights, of: alike, filters: output.channels, channels: input.channels, width)
      let window = SpatialWindow(pads: [
        alike.rows.padBegin, alike.columns.padBegin, alike.rows.padEnd, alike.columns.padEnd,
      ])
      let geometry = try ConvolutionGeometry(
        input: [input.images, input.channels, input.height, input.width], weights: spread.shape, groups: 1,
        window: window)
      let inner = ImageShape(
        images: input.images, channels: filters, spatial: Array(extents.suffix(input.spatial.count)))
      guard Array(geometry.outputShape[2...]) == extents, [geometry.axes.1, geometry.axes.2].isModest else {
        return false
      }
      let addends = (0..<filters).map { $0 % width < bias.count ? bias[$0 % width] : 0 }
      var form = ConvolutionCase(
        group, weights: spread, bias: addends, geometry: geometry, input: input, output: inner, label: label)
      form.work = builder.work(of: group) / phases.count * alike.phases.count
      guard try builder.lowerConvolution(form), let view = builder.views[group.output] else { return false }
      if phases.count == 1, inner == output { return true }
      guard let made = view.alignedPlanes else { throw Unlowered.shape }
      let blocks = made.count / alike.phases.count
      for (index, phase) in alike.phases.enumerated() {
        planes[phase] = Array(made[index * blocks..<(index + 1) * blocks])
      }
    }
    let target = builder.addImage(output)
    var context = cnn_interleave()
    (context.blocks, context.images) = (Int32(target.blocks), Int32(output.images))
    (context.height, context.width) = (Int32(output.height), Int32(output.width))
    (context.stride_height, context.stride_width) = (Int32(phases.height.stride), Int32(phases.width.stride))
    (context.crop_top, context.crop_left) = (Int32(phases.height.crop), Int32(phases.width.crop))
    let kernel = InterleaveKernel(
      context, input: planes.flatMap(\.self), output: builder.planes(of: target),
      phase: .init(height: Int32(extents[0]), width: Int32(extents[1])))
    builder.add(Step(kernel, "pixels of \(label)"))
    builder.views[group.output] = target
    return true
  }
}

/// The phases of a transposed convolution, and the convolutions that make them.
private struct Phases {
  struct Axis {
    let stride: Int
    let kernel: Int
    /// Pixels of a phase.
    let count: Int
    /// Pixels of the whole before the first one of the result.
    let crop: Int
    /// The first pixel of a phase that the result has.
    private let first: Int
    private let extent: Int

    /// - Parameters:
    ///   - axis: the window over the result.
    ///   - extent: that of the input.
    /// - Returns: `nil` if the window leaves gaps, or has some.
    init?(_ axis: WindowAxis, extent: Int) {
      (stride, kernel) = (axis.stride, axis.kernel)
      guard axis.kernel >= axis.stride, axis.dilation == 1 || axis.kernel == 1, axis.input > 0, axis.padBegin >= 0
      else { return nil }
      // The whole's pixel o + padBegin is of phase (o + padBegin) % stride, there the (o + padBegin) / stride-th.
      first = axis.padBegin / stride
      let last = (axis.input - 1 + axis.padBegin) / stride
      // No fewer than the input asks for without padding at its end.
      count = max(last - first + 1, extent - first)
      crop = axis.padBegin - first * stride
      self.extent = extent
      guard taps(ofPhase: stride - 1) > first else { return nil }
    }

    /// Elements of the window that meet a phase.
    func taps(ofPhase phase: Int) -> Int { (kernel - phase + stride - 1) / stride }

    /// How the convolution of phases with so many taps is padded.
    func window(taps: Int) -> (taps: Int, padBegin: Int, padEnd: Int) {
      let begin = taps - 1 - first
      return (taps, begin, count + taps - 1 - extent - begin)
    }
  }

  /// Phases with as many taps, which one convolution makes.
  struct Alike {
    var phases: [Int]
    let rows: (taps: Int, padBegin: Int, padEnd: Int)
    let columns: (taps: Int, padBegin: Int, padEnd: Int)
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

  var alike: [Alike] {
    var all: [Alike] = []
    for phase in 0..<count {
      let (rows, columns) = (
        height.taps(ofPhase: phase / width.stride), width.taps(ofPhase: phase % width.stride)
      )
      if let index = all.firstIndex(where: { $0.rows.taps == rows && $0.columns.taps == columns }) {
        all[index].phases.append(phase)
      } else {
        all.append(Alike(phases: [phase], rows: height.window(taps: rows), columns: width.window(taps: columns)))
      }
    }
    return all
  }

  /// The filters of phases one after the other: `[phases · pitch, channels, taps, taps]`, of `[channels, filters, …]`.
  func weights(_ values: [Float], of alike: Alike, filters: Int, channels: Int, _ pitch: Int) throws -> Tensor {
    let (rows, columns) = (alike.rows.taps, alike.columns.taps)
    let window = height.kernel * width.kernel
    var result = [Float](repeating: 0, count: alike.phases.count * pitch * channels * rows * columns)
    for (index, phase) in alike.phases.enumerated() {
      for (row, column) in (0..<rows).flatMap({ row in (0..<columns).map { (row, $0) } }) {
        // The window is passed from its end.
        let y = phase / width.stride + height.stride * (rows - 1 - row)
        let x = phase % width.stride + width.stride * (columns - 1 - column)
        for filter in 0..<filters {
          for channel in 0..<channels {
            let target = ((index * pitch + filter) * channels + channel) * rows * columns + row * columns + column
            result[target] = values[(channel * filters + filter) * window + y * width.kernel + x]
          }
        }
      }
    }
    return try Tensor(result, shape: [alike.phases.count * pitch, channels, rows, columns])
  }
}
