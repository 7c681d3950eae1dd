import CKernels
import CNNGraphs
import CNNOperators

/// Local response normalization.
enum ResponseNormalizationLowering: Lowering {
  static let operators: [any Operator.Type] = [LocalResponseNormalization.self]
  static let kernels: [any Kernel.Type] = [ResponseNormalizationKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let operation = builder.graph.nodes[group.main].operator as? LocalResponseNormalization,
      let shape = builder.image(group.input), operation.size <= min(shape.channels * 2 + 1, 256)
    else { return false }
    var context = cnn_lrn()
    (context.channels, context.images) = (Int32(shape.channels), Int32(shape.images))
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    context.size = Int32(operation.size)
    (context.alpha, context.beta, context.bias) = (operation.alpha, operation.beta, operation.bias)
    let label = builder.label(group)
    let input = try builder.alignedView(builder.view(group.input), "gather for \(label)")
    let target = builder.addImage(shape)
    builder.add(Step(ResponseNormalizationKernel(context, input: input, output: builder.planes(of: target)), label))
    builder.views[group.output] = target
    return true
  }
}
