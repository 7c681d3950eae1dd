import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

extension PlanBuilder {
  /// A convolution that a group is built around, with what its kernels need to know.
  struct ConvolutionCase {
    var node: Node
    var group: FusionGroup
    var weights: Tensor
    var bias: [Float]
    var geometry: ConvolutionGeometry
    var inputShape: [Int]
    var outputShape: [Int]
    var label: String

    var height: WindowAxis { geometry.axes.1 }
    var width: WindowAxis { geometry.axes.2 }
    var taps: Int { height.kernel * width.kernel }
    var filters: Int { geometry.filters * geometry.groups }
    var work: Int { inputShape[0] * filters * geometry.channels * taps * outputShape[2] * outputShape[3] }
    var isPointwise: Bool { taps == 1 && height.isIdentity && width.isIdentity }
  }

  mutating func lower(convolution operation: Convolution, _ node: Node, _ group: FusionGroup) throws -> Bool {
    guard let inputShape = imageShape(group.input), let outputShape = imageShape(group.output),
      let weights = constant(node.inputs[1]), weights.elementType == .float32, weights.rank == 4,
      let geometry = try? ConvolutionGeometry(
        input: inputShape, weights: weights.shape, groups: operation.groups, window: operation.window),
      isSmall([weights.count * 16]), geometry.outputShape == outputShape,
      isModest([geometry.axes.1, geometry.axes.2])
    else { return false }
    let filters = weights.shape[0]
    var bias = [Float](repeating: 0, count: filters)
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let values = floats(id), values.count == filters else { return false }
      bias = values
    }
    let form = ConvolutionCase(
      node: node, group: group, weights: weights, bias: bias, geometry: geometry, inputShape: inputShape,
      outputShape: outputShape, label: label(group))
    if geometry.channels == 1, geometry.groups > 1 { return try lowerDepthwise(form) }
    if form.isPointwise, inputShape[2] * inputShape[3] == 1, geometry.groups == 1, group.residual == nil,
      group.prologue == nil, try lowerPixel(form)
    {
      return true
    }
    if views[group.input] == nil, inputShape[1] <= 4, geometry.groups == 1, group.prologue == nil {
      return try lowerFramed(form)
    }
    return try lowerBlocked(form)
  }

  /// What a step is called: the nodes it stands for.
  func label(_ group: FusionGroup) -> String {
    let rest = group.members.sorted().filter { $0 != group.main }.map { graph.nodes[$0].operator.signature.name }
    let node = graph.nodes[group.main]
    return ([graph.describe(node)] + rest).joined(separator: " + ")
  }

  /// A convolution of all input channels, or of groups that hold whole blocks.
  private mutating func lowerBlocked(_ form: ConvolutionCase) throws -> Bool {
    let geometry = form.geometry
    guard let merged = mergedGroups(geometry) else { return false }
    let view = try reachable(try view(form.group.input), form)
    var planes: [PlaneReference]
    var channels: [Int32]
    if let aligned = view.alignedPlanes {
      (planes, channels) = (aligned, lanes(ofChannels: view.channels))
    } else if merged == geometry.groups, let scattered = view.scatteredPlanes,
      scattered.planes.count * 3 <= view.blocks * 4 + 2
    {
      (planes, channels) = scattered
    } else {
      planes = try alignedView(view, "gather for \(form.label)")
      channels = lanes(ofChannels: view.channels)
    }
    let groups = geometry.groups / merged
    var context = convolution(form)
    context.lanes = 16
    context.group_inputs = Int32(planes.count / groups)
    context.output_blocks = Int32((form.filters + 15) / 16)
    context.group_outputs = context.output_blocks / Int32(groups)
    let isExact = merged == 1 && (groups == 1 || geometry.channels % 16 == 0 && geometry.filters % 16 == 0)
    if isExact, view.alignedPlanes != nil || channels.count == planes.count * 16 && isInOrder(channels),
      form.group.prologue == nil, let choice = WinogradChoice(form, threads: threads)
    {
      return try addWinograd(form, planes, context, choice)
    }
    var step = Step(.convolution(context), form.label)
    step.input = planes
    let filters = lanes(ofChannels: form.filters)
    step.weights = packed(
      ConvolutionPacking(
        weights: form.weights, filters: filters, channels: channels, groupChannels: geometry.channels,
        groupFilters: geometry.filters, groupInputs: Int(context.group_inputs),
        groupOutputs: Int(context.group_outputs), lanes: 16, taps: form.taps))
    switch form.group.prologue {
    case nil: break
    case .affine(let scale, let shift, let clips):
      step.scale = addFloats(scale, lanes: channels)
      step.shift = addFloats(shift, lanes: channels)
      context.prologue_relu = clips ? 1 : 0
    case .gate(let id):
      let gate = try self.view(id)
      // The gate's lanes must be those of the data.
      guard let matrix = pixelRows(gate), isInOrder(channels) else { throw Unlowered.shape }
      step.scale = .buffer(matrix.buffer)
      context.scale_image = Int64(matrix.rowDistance)
      guard matrix.start == 0 else { throw Unlowered.shape }
    }
    step.kernel = .convolution(context)
    try finish(&step, form)
    return true
  }

  func isInOrder(_ channels: [Int32]) -> Bool { channels.enumerated().allSatisfy { $1 < 0 || Int($1) == $0 } }

  /// Single pixels lie side by side as the rows of a matrix, for linear layers; a window over them that needs a border
  /// reads a copy.
  private mutating func reachable(_ view: ChannelView, _ form: ConvolutionCase) throws -> ChannelView {
    guard view.pixels == 1, form.taps > 1 else { return view }
    return try gathered(view, "copy for \(form.label)")
  }

  /// True where the border that the window needs is not out of proportion to the image.
  func isModest(_ axes: [WindowAxis]) -> Bool {
    var (area, padded) = (1, 1)
    for axis in axes {
      let limit = 1 << 16
      guard axis.kernel <= limit, axis.stride <= limit, axis.dilation <= limit, axis.padBegin <= limit,
        axis.padEnd <= limit, axis.kernel * axis.dilation <= limit
      else { return false }
      let end = max(
        0, (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation - axis.padBegin - axis.input + 1)
      area *= axis.input
      padded *= axis.input + axis.padBegin + end
    }
    return padded <= 16 * area + 4096
  }

  /// How many groups to take for one, so that each begins with a block: groups that are no multiple of 16 become
  /// blocks along a diagonal, or one dense convolution where that costs little more.
  private func mergedGroups(_ geometry: ConvolutionGeometry) -> Int? {
    if geometry.groups == 1 { return 1 }
    for merged in 1...min(geometry.groups, 16) where geometry.groups % merged == 0 {
      if merged * geometry.channels % 16 == 0, merged * geometry.filters % 16 == 0 { return merged }
    }
    let dense = geometry.groups * geometry.channels
    return dense <= 256 || geometry.groups <= 4 ? geometry.groups : nil
  }

  /// The first convolution: the image's few channels are read as they come.
  private mutating func lowerFramed(_ form: ConvolutionCase) throws -> Bool {
    let frame = try frame(form.group.input)
    let channels = form.inputShape[1]
    var context = convolution(form)
    context.lanes = 1
    context.group_inputs = Int32(channels)
    context.output_blocks = Int32((form.filters + 15) / 16)
    context.group_outputs = context.output_blocks
    var step = Step(.convolution(context), form.label)
    step.input = (0..<channels).map { PlaneReference(buffer: frame, plane: $0) }
    step.weights = packed(
      ConvolutionPacking(
        weights: form.weights, filters: lanes(ofChannels: form.filters), channels: (0..<Int32(channels)).map { $0 },
        groupChannels: channels, groupFilters: form.filters, groupInputs: channels,
        groupOutputs: Int(context.output_blocks), lanes: 1, taps: form.taps))
    try finish(&step, form)
    return true
  }

  private mutating func lowerDepthwise(_ form: ConvolutionCase) throws -> Bool {
    let geometry = form.geometry
    var view = try reachable(try view(form.group.input), form)
    if geometry.filters > 1 {
      view = ChannelView(lanes: (0..<form.filters).map { view.lanes[$0 / geometry.filters] }, like: view)
    }
    let planes = try alignedView(view, "gather for \(form.label)")
    var context = cnn_depthwise()
    context.blocks = Int32(planes.count)
    context.images = Int32(form.inputShape[0])
    (context.height, context.width) = (Int32(form.outputShape[2]), Int32(form.outputShape[3]))
    (context.kernel_height, context.kernel_width) = (Int32(form.height.kernel), Int32(form.width.kernel))
    (context.stride_height, context.stride_width) = (Int32(form.height.stride), Int32(form.width.stride))
    (context.dilation_height, context.dilation_width) = (Int32(form.height.dilation), Int32(form.width.dilation))
    (context.pad_top, context.pad_left) = (Int32(form.height.padBegin), Int32(form.width.padBegin))
    context.activation = form.group.activation
    var step = Step(.depthwise(context), form.label)
    step.input = planes
    let lanes = lanes(ofChannels: form.filters)
    let place = addPacked(lanes.count * form.taps)
    plan.packing.append(.depthwise(form.weights, lanes: lanes, taps: form.taps, at: place))
    step.weights = .packed(place)
    try finish(&step, form)
    return true
  }

  /// A 1×1 convolution of single pixels is a linear layer; the weights are read where they lie.
  private mutating func lowerPixel(_ form: ConvolutionCase) throws -> Bool {
    let view = try view(form.group.input)
    guard let source = pixelRows(view) else { return false }
    let target = addImage(form.outputShape)
    guard let rows = pixelRows(target) else { return false }
    addLinear(
      LinearCase(
        source: source, target: rows, padded: target.blocks * Buffer.laneCount, weights: form.weights,
        inputs: form.geometry.channels, outputs: form.filters, isTransposed: false, bias: form.bias,
        activation: form.group.activation, label: form.label))
    views[form.group.output] = target
    return true
  }

  private func convolution(_ form: ConvolutionCase) -> cnn_convolution {
    var context = cnn_convolution()
    context.images = Int32(form.inputShape[0])
    (context.height, context.width) = (Int32(form.outputShape[2]), Int32(form.outputShape[3]))
    context.last_width = context.width
    (context.kernel_height, context.kernel_width) = (Int32(form.height.kernel), Int32(form.width.kernel))
    (context.stride_height, context.stride_width) = (Int32(form.height.stride), Int32(form.width.stride))
    (context.dilation_height, context.dilation_width) = (Int32(form.height.dilation), Int32(form.width.dilation))
    (context.pad_top, context.pad_left) = (Int32(form.height.padBegin), Int32(form.width.padBegin))
    context.activation = form.group.activation
    return context
  }

  /// Bias, residual and output, which all convolutions have.
  private mutating func finish(_ step: inout Step, _ form: ConvolutionCase) throws {
    step.bias = addFloats(form.bias, lanes: lanes(ofChannels: form.filters))
    step.work = form.work
    if let residual = form.group.residual {
      step.second = try alignedView(try view(residual), "gather '\(name(residual))'")
    }
    let output = addImage(form.outputShape)
    step.output = planes(of: output)
    views[form.group.output] = output
    add(step)
  }

  /// Channels in order, filled up to whole blocks with -1.
  func lanes(ofChannels count: Int) -> [Int32] {
    (0..<(count + 15) / 16 * 16).map { $0 < count ? Int32($0) : -1 }
  }

  private mutating func packed(_ packing: ConvolutionPacking) -> Operand {
    let place = addPacked(packing.count)
    plan.packing.append(.convolution(packing, at: place))
    return .packed(place)
  }

  private mutating func addWinograd(
    _ form: ConvolutionCase, _ planes: [PlaneReference], _ direct: cnn_convolution, _ choice: WinogradChoice
  ) throws -> Bool {
    var context = cnn_winograd()
    (context.group_inputs, context.group_outputs) = (direct.group_inputs, direct.group_outputs)
    (context.output_blocks, context.images) = (direct.output_blocks, direct.images)
    (context.input_height, context.input_width) = (Int32(form.inputShape[2]), Int32(form.inputShape[3]))
    (context.height, context.width) = (direct.height, direct.width)
    (context.pad_top, context.pad_left) = (direct.pad_top, direct.pad_left)
    context.activation = direct.activation
    (context.tiles, context.span) = (Int32(choice.tiles), Int32(choice.span))
    context.expands = choice.expands ? 1 : 0
    var shared: Operand?
    if choice.isShared {
      let count = Int(cnn_winograd_shared(&context))
      shared = .buffer(addMatrix(rows: 1, columns: count).buffer)
      var transform = Step(.winogradInput(context), "transform for \(form.label)")
      transform.input = planes
      transform.target = shared
      add(transform)
    }
    var step = Step(.winograd(context), form.label)
    step.input = choice.isShared ? [] : planes
    step.source = shared
    let points = choice.expands ? 9 : 36
    let packing = WinogradPacking(
      weights: form.weights, filters: form.filters, groupChannels: form.geometry.channels,
      groupInputs: Int(context.group_inputs), groupOutputs: Int(context.group_outputs),
      outputBlocks: Int(context.output_blocks), expands: choice.expands,
      count: points * 256 * Int(context.group_inputs) * Int(context.output_blocks))
    let place = addPacked(packing.count)
    plan.packing.append(.winograd(packing, at: place))
    step.weights = .packed(place)
    try finish(&step, form)
    return true
  }
}
