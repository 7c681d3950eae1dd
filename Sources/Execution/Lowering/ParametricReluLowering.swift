import CKernels
import CNNGraphs
import CNNOperators

/// Rectifiers with one slope, or one for each channel.
enum ParametricReluLowering: Lowering {
  static let operators: [any Operator.Type] = [PRelu.self]
  static let kernels: [any Kernel.Type] = [ParametricReluKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.image(group.input), builder.constant(group.input) == nil, let id = node.inputs[1],
      let slopes = builder.channelConstant(id, like: shape)
    else { return false }
    var context = cnn_prelu()
    context.images = Int32(shape.images)
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    let label = builder.label(group)
    let input = try builder.alignedView(builder.view(group.input), "gather for \(label)")
    context.blocks = Int32(input.count)
    let slope = builder.addFloats(slopes, lanes: builder.lanes(ofChannels: shape.channels))
    let target = builder.addImage(shape)
    let kernel = ParametricReluKernel(context, input: input, output: builder.planes(of: target), slope: slope)
    builder.add(Step(kernel, label))
    builder.views[group.output] = target
    return true
  }
}
