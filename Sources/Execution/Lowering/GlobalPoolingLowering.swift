import CKernels
import CNNGraphs
import CNNOperators

/// Pooling over whole images.
enum GlobalPoolingLowering: Lowering {
  static let operators: [any Operator.Type] = [GlobalAveragePooling.self, GlobalMaxPooling.self]
  static let kernels: [any Kernel.Type] = [GlobalPoolingKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let isMaximum = builder.graph.nodes[group.main].operator is GlobalMaxPooling
    guard let shape = builder.windowedImage(group.input) else { return false }
    builder.views[group.output] = try builder.addGlobalPooling(group, shape, isMaximum: isMaximum)
    return true
  }
}

/// The mean over all spatial axes, which stay or go.
enum SpatialMeanLowering: Lowering {
  static let operators: [any Operator.Type] = [ReduceMean.self]
  static let kernels: [any Kernel.Type] = [GlobalPoolingKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.image(group.input), builder.isBlocked(group.input),
      let result = builder.shape(group.output), builder.isFloat(group.output), node.inputs.count == 2,
      let axes = builder.constant(node.inputs[1]),
      let values = try? axes.values(as: Int64.self)
    else { return false }
    let rank = shape.extents.count
    guard Set(values.map { $0 < 0 ? Int($0) + rank : Int($0) }) == Set(2..<rank) else { return false }
    let target = try builder.addGlobalPooling(group, shape, isMaximum: false)
    if result.count == rank {
      builder.views[group.output] = target
    } else {
      builder.plains[group.output] = builder.pixelRows(target)
    }
    return true
  }
}

extension PlanBuilder {
  fileprivate mutating func addGlobalPooling(
    _ group: FusionGroup, _ shape: ImageShape, isMaximum: Bool
  ) throws -> ChannelView {
    let label = label(group)
    var context = cnn_global_pooling()
    context.images = Int32(shape.images)
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    context.is_maximum = isMaximum ? 1 : 0
    let input = try alignedView(view(group.input), "gather for \(label)")
    context.blocks = Int32(input.count)
    let target = addImage(shape.pixelShape)
    add(Step(GlobalPoolingKernel(context, input: input, output: planes(of: target)), label))
    return target
  }
}
