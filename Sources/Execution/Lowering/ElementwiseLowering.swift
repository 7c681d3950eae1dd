import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Sums, differences and products of two tensors, or of one and a number for each channel; normalizations.
enum ElementwiseLowering: Lowering {
  static let operators: [any Operator.Type] = [BatchNormalization.self, Add.self, Subtract.self, Multiply.self]
  static let kernels: [any Kernel.Type] = [ElementwiseKernel.self]
  static let role = FusionRole.elementwise

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let input = node.inputs[0], let shape = builder.image(group.output) else { return false }
    if node.operator is BatchNormalization {
      guard let (scale, shift) = builder.finder.affine(of: group.main), scale.count == shape.channels,
        builder.image(input) == shape
      else { return false }
      let form = ElementwiseCase(
        first: try builder.view(input), shape: shape, activation: group.activation, scale: scale, shift: shift)
      try builder.addElementwise(form, group)
      return true
    }
    guard node.inputs.count == 2, let other = node.inputs[1] else { return false }
    let join = node.operator is Add ? CNN_ADD : node.operator is Subtract ? CNN_SUBTRACT : CNN_MULTIPLY
    if try lower(group, shape, input, join, other, with: &builder) { return true }
    // Only a difference has an order.
    return try join != CNN_SUBTRACT && lower(group, shape, other, join, input, with: &builder)
  }

  private static func lower(
    _ group: FusionGroup, _ shape: ImageShape, _ data: ValueID, _ join: cnn_join, _ second: ValueID,
    with builder: inout PlanBuilder
  ) throws -> Bool {
    guard builder.image(data) == shape, builder.constant(data) == nil else { return false }
    var form = ElementwiseCase(shape: shape, activation: group.activation, join: join)
    if let values = builder.channelConstant(second, like: shape) {
      switch join {
      case CNN_MULTIPLY: form.scale = values
      case CNN_ADD: form.shift = values
      default: form.shift = values.map { -$0 }
      }
      form.first = try builder.view(data)
    } else {
      guard let extent = builder.image(second), builder.constant(second) == nil,
        extent == shape || extent == shape.pixelShape
      else { return false }
      form.first = try builder.view(data)
      form.second = try builder.view(second)
    }
    try builder.addElementwise(form, group)
    return true
  }
}

/// What the elementwise kernel is to compute.
struct ElementwiseCase {
  var first: ChannelView?
  var second: ChannelView?
  var shape: ImageShape
  var activation: cnn_activation
  var join = CNN_ADD
  /// By channel; `nil` for 1 and 0.
  var scale: [Float]?
  var shift: [Float]?
}

extension PlanBuilder {
  /// The one kernel that works on each element by itself.
  mutating func addElementwise(_ form: ElementwiseCase, _ group: FusionGroup) throws {
    let label = label(group)
    guard let first = form.first else { throw Unlowered.shape }
    var context = cnn_elementwise()
    context.images = Int32(form.shape.images)
    (context.height, context.width) = (Int32(form.shape.height), Int32(form.shape.width))
    context.activation = form.activation
    context.join = form.join
    let planes = try alignedView(first, "gather for \(label)")
    var second: [PlaneReference] = []
    if let view = form.second {
      second = try alignedView(view, "gather for \(label)")
      context.second_is_pixel = view.pixels == 1 && first.pixels > 1 ? 1 : 0
    }
    context.blocks = Int32(planes.count)
    let lanes = lanes(ofChannels: form.shape.channels)
    var (scale, shift): (Operand?, Operand?)
    if form.scale != nil || form.shift != nil {
      scale = addFloats(form.scale ?? [Float](repeating: 1, count: form.shape.channels), lanes: lanes)
      shift = addFloats(form.shift ?? [Float](repeating: 0, count: form.shape.channels), lanes: lanes)
    }
    let target = addImage(form.shape)
    var kernel = ElementwiseKernel(context, first: planes, second: second, output: self.planes(of: target))
    (kernel.scale, kernel.shift) = (scale, shift)
    add(Step(kernel, label))
    views[group.output] = target
  }
}
