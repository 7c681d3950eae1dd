import CKernels
import CNNGraphs
import CNNOperators

/// Softmax over the rows of a matrix.
enum SoftmaxLowering: Lowering {
  static let operators: [any Operator.Type] = [Softmax.self]
  static let kernels: [any Kernel.Type] = [SoftmaxKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let operation = builder.graph.nodes[group.main].operator as? Softmax,
      let shape = builder.shape(group.input), shape.count == 2, builder.isFloat(group.input), builder.isSmall(shape),
      operation.axis == 1 || operation.axis == -1
    else { return false }
    let source = try builder.rows(group.input)
    let target = builder.addMatrix(rows: shape[0], columns: shape[1])
    var context = cnn_softmax()
    (context.rows, context.columns) = (Int64(shape[0]), Int64(shape[1]))
    (context.input_row, context.output_row) = (Int64(source.rowDistance), Int64(target.rowDistance))
    let kernel = SoftmaxKernel(
      context, source: .buffer(source.buffer, start: source.start), target: .buffer(target.buffer))
    builder.add(Step(kernel, builder.label(group)))
    builder.plains[group.output] = target
    return true
  }
}
