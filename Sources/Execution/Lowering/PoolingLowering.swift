import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Pooling over windows.
enum PoolingLowering: Lowering {
  static let operators: [any Operator.Type] = [MaxPooling.self, AveragePooling.self]
  static let kernels: [any Kernel.Type] = [PoolingKernel.self, VolumePoolingKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    let mean = node.operator as? AveragePooling
    if builder.shape(group.input)?.count == 5 { return try builder.lowerVolumePooling(group) }
    guard let window = mean?.window ?? (node.operator as? MaxPooling)?.window,
      node.outputs.compactMap(\.self).count == 1, let shape = builder.windowedImage(group.input),
      let result = builder.windowedImage(group.output), let axes = try? window.axes(over: shape.spatial),
      [shape.images, shape.channels] + axes.map(\.output) == result.extents, let (depth, height, width) = axes.three,
      // A volume's slices may not meet in a window.
      depth.isIdentity, [height, width].isModest,
      // Windows that reach over whole images: the reference evaluation charges what they take.
      height.kernel.saturatingMultiplied(by: width.kernel).saturatingMultiplied(by: result.extents.reduce(1, *))
        <= 256 * (shape.extents.reduce(1, *) + result.extents.reduce(1, *))
    else { return false }
    var context = cnn_pooling()
    context.images = Int32(shape.images)
    (context.input_height, context.input_width) = (Int32(shape.height), Int32(shape.width))
    (context.height, context.width) = (Int32(result.height), Int32(result.width))
    (context.kernel_height, context.kernel_width) = (Int32(height.kernel), Int32(width.kernel))
    (context.stride_height, context.stride_width) = (Int32(height.stride), Int32(width.stride))
    (context.dilation_height, context.dilation_width) = (Int32(height.dilation), Int32(width.dilation))
    (context.pad_top, context.pad_left) = (Int32(height.padBegin), Int32(width.padBegin))
    (context.pad_bottom, context.pad_right) = (Int32(height.padEnd), Int32(width.padEnd))
    context.is_average = mean == nil ? 0 : 1
    context.counts_padding = mean?.countsPadding == true ? 1 : 0
    context.activation = .identity
    let label = builder.label(group)
    let input = try builder.alignedView(builder.view(group.input), "gather for \(label)")
    context.blocks = Int32(input.count)
    let target = builder.addImage(result)
    builder.add(Step(PoolingKernel(context, input: input, output: builder.planes(of: target)), label))
    builder.views[group.output] = target
    return true
  }
}
