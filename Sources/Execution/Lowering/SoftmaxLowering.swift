import CKernels
import CNNGraphs
import CNNOperators

/// Softmax and its logarithm along any axis.
enum SoftmaxLowering: Lowering {
  static let operators: [any Operator.Type] = [Softmax.self, LogSoftmax.self]
  static let kernels: [any Kernel.Type] = [SoftmaxKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let operation = node.operator as? any AxisActivation, let shape = builder.shape(group.input),
      builder.isFloat(group.input), builder.isSmall(shape), builder.constant(group.input) == nil,
      let axis = operation.axis.normalized(rank: max(shape.count, 1))
    else { return false }
    let extents = shape.isEmpty ? [1] : shape
    var context = cnn_softmax()
    context.outer = Int64(extents[..<axis].reduce(1, *))
    context.count = Int64(operation.flattens ? extents[axis...].reduce(1, *) : extents[axis])
    context.inner = Int64(operation.flattens ? 1 : extents[(axis + 1)...].reduce(1, *))
    context.is_logarithm = node.operator is LogSoftmax ? 1 : 0
    (context.input_row, context.output_row) = (context.count, context.count)
    let source = try builder.contiguous(group.input)
    let target = builder.addMatrix(like: shape)
    builder.add(
      Step(SoftmaxKernel(context, source: source, target: .buffer(target.buffer)), builder.label(group)))
    builder.plains[group.output] = target
    return true
  }
}

extension Int {
  /// The axis counted from the front; `nil` if there is none.
  func normalized(rank: Int) -> Int? {
    let axis = self < 0 ? self + rank : self
    return axis >= 0 && axis < rank ? axis : nil
  }
}
