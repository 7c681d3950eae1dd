import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// A convolution that a group is built around, with what its kernels need to know.
struct ConvolutionCase {
  var group: FusionGroup
  var weights: Tensor
  var bias: [Float]
  var geometry: ConvolutionGeometry
  var input: ImageShape
  var output: ImageShape
  var label: String
  /// Multiplications followed by an addition, if they are not the group's.
  var work: Int?

  /// The window's two axes; a line's first one is trivial.
  var height: WindowAxis { geometry.axes.1 }
  var width: WindowAxis { geometry.axes.2 }
  var taps: Int { height.kernel * width.kernel }
  var filters: Int { geometry.filters * geometry.groups }
  var isPointwise: Bool { taps == 1 && height.isIdentity && width.isIdentity }

  /// - Throws: ``Unlowered`` if the kernels do not know this convolution.
  init(_ group: FusionGroup, in builder: PlanBuilder) throws {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? Convolution, let input = builder.windowedImage(group.input),
      let output = builder.windowedImage(group.output), let weights = builder.constant(node.inputs[1]),
      weights.elementType == .float32, weights.rank == input.extents.count,
      let geometry = try? ConvolutionGeometry(
        input: input.extents, weights: weights.shape, groups: operation.groups, window: operation.window),
      builder.isSmall([weights.count * 16]), geometry.outputShape == output.extents,
      // A volume's slices may not meet in a window.
      geometry.axes.0.kernel == 1, geometry.axes.0.isIdentity, [geometry.axes.1, geometry.axes.2].isModest
    else { throw Unlowered.shape }
    bias = [Float](repeating: 0, count: weights.shape[0])
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let values = builder.floats(id), values.count == bias.count else { throw Unlowered.shape }
      bias = values
    }
    (self.group, self.weights, self.geometry, self.input, self.output) = (group, weights, geometry, input, output)
    label = builder.label(group)
  }

  /// A convolution that stands for what the group's main node computes.
  init(
    _ group: FusionGroup, weights: Tensor, bias: [Float], geometry: ConvolutionGeometry, input: ImageShape,
    output: ImageShape, label: String
  ) {
    (self.group, self.weights, self.bias, self.geometry) = (group, weights, bias, geometry)
    (self.input, self.output, self.label) = (input, output, label)
  }

  /// The window's sizes in a kernel's context.
  func fill(_ context: inout some ConvolutionSizes) {
    context.images = Int32(input.images)
    (context.height, context.width) = (Int32(output.height), Int32(output.width))
    (context.kernel_height, context.kernel_width) = (Int32(height.kernel), Int32(width.kernel))
    (context.stride_height, context.stride_width) = (Int32(height.stride), Int32(width.stride))
    (context.dilation_height, context.dilation_width) = (Int32(height.dilation), Int32(width.dilation))
    (context.pad_top, context.pad_left) = (Int32(height.padBegin), Int32(width.padBegin))
    context.activation = group.activation
  }
}

extension [WindowAxis] {
  /// True if the border that the window needs is not out of proportion to the image.
  var isModest: Bool {
    var (area, padded) = (1, 1)
    for axis in self {
      let limit = 1 << 16
      guard axis.kernel <= limit, axis.stride <= limit, axis.dilation <= limit, axis.padBegin <= limit,
        axis.padEnd <= limit, axis.kernel * axis.dilation <= limit
      else { return false }
      let end = Swift.max(
        0, (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation - axis.padBegin - axis.input + 1)
      area *= axis.input
      padded *= axis.input + axis.padBegin + end
    }
    return padded <= 16 * area + 4096
  }
}
