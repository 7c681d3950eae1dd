import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Normalizations by a tensor's own mean and variance.
enum NormalizationLowering: Lowering {
  static let operators: [any Operator.Type] = [
    LayerNormalization.self, RMSNormalization.self, GroupNormalization.self, InstanceNormalization.self,
  ]
  static let kernels: [any Kernel.Type] = [NormalizationKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.shape(group.input), builder.isFloat(group.input), builder.isFloat(group.output),
      builder.isSmall(shape), builder.constant(group.input) == nil, node.outputs.compactMap(\.self).count == 1,
      let form = Form(node.operator, shape), node.inputs.count > 1, let scaleID = node.inputs[1]
    else { return false }
    let shiftID = node.inputs.count > 2 ? node.inputs[2] : nil
    // Both are known to be readable before anything is added.
    guard form.canRead(scaleID, builder), shiftID.map({ form.canRead($0, builder) }) ?? true else { return false }
    let source = try builder.contiguous(group.input)
    guard let scale = try form.parameter(scaleID, &builder) else { return false }
    let shift = try shiftID.flatMap { try form.parameter($0, &builder) }
    let target = builder.addMatrix(like: shape)
    let kernel = NormalizationKernel(
      form.context, source: source, scale: scale, shift: shift, target: .buffer(target.buffer))
    builder.add(Step(kernel, builder.label(group)))
    builder.plains[group.output] = target
    return true
  }

  /// How a tensor falls into rows, and which numbers of scale and shift belong to them.
  private struct Form {
    var context = cnn_normalization()
    /// Shapes of scale and shift, leading ones aside.
    var parameters: [Int]
    /// How many neighbouring elements share one of the given numbers.
    var shared = 1

    init?(_ operation: any Operator, _ shape: [Int]) {
      switch operation {
      case let layer as LayerNormalization:
        guard let axis = layer.axis.normalized(rank: shape.count) else { return nil }
        parameters = Array(shape[axis...])
        (context.epsilon, context.has_mean) = (Double(layer.epsilon), 1)
      case let square as RMSNormalization:
        guard let axis = square.axis.normalized(rank: shape.count) else { return nil }
        parameters = Array(shape[axis...])
        context.epsilon = Double(square.epsilon)
      case let instance as InstanceNormalization:
        guard shape.count >= 2 else { return nil }
        parameters = [shape[1]]
        setGroups(shape[1], shape, instance.epsilon)
        return
      case let group as GroupNormalization:
        guard shape.count >= 2, shape[1] % group.groups == 0 else { return nil }
        shared = group.sharesParameters ? shape[1] / group.groups : 1
        parameters = [shape[1] / shared]
        setGroups(group.groups, shape, group.epsilon)
        return
      default: return nil
      }
      let columns = parameters.reduce(1, *)
      (context.rows, context.segments) = (Int64(shape.reduce(1, *) / columns), Int64(columns))
      (context.length, context.periods) = (1, 1)
    }

    private mutating func setGroups(_ groups: Int, _ shape: [Int], _ epsilon: Float) {
      (context.rows, context.periods) = (Int64(shape[0] * groups), Int64(groups))
      context.segments = Int64(shape[1] / groups)
      context.length = Int64(shape[2...].reduce(1, *))
      (context.epsilon, context.has_mean) = (Double(epsilon), 1)
    }

    func canRead(_ id: ValueID, _ builder: PlanBuilder) -> Bool {
      guard let shape = builder.shape(id), builder.isFloat(id), builder.isSmall(shape) else { return false }
      let known = Array(shape.drop { $0 == 1 })
      if builder.constant(id) != nil, known.isEmpty { return true }
      guard known == Array(parameters.drop { $0 == 1 }) else { return false }
      return builder.constant(id) != nil || shared == 1
    }

    func parameter(_ id: ValueID, _ builder: inout PlanBuilder) throws -> Operand? {
      guard let values = builder.floats(id) else { return try builder.contiguous(id) }
      let count = parameters.reduce(1, *)
      let all = values.count == count ? values : [Float](repeating: values[0], count: count)
      return builder.addFloats(all.flatMap { [Float](repeating: $0, count: shared) })
    }
  }
}
