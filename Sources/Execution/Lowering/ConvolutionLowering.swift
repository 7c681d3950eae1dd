import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Convolutions: the choice between the kernels that compute them.
enum ConvolutionLowering: Lowering {
  static let operators: [any Operator.Type] = [Convolution.self]
  static let kernels: [any Kernel.Type] = [
    DirectConvolutionKernel.self, WinogradInputKernel.self, WinogradKernel.self, DepthwiseKernel.self,
    VolumeKernel.self,
  ]
  static let role = FusionRole.convolution

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    if builder.shape(group.input)?.count == 5 { return try builder.lowerVolume(group) }
    return try builder.lowerConvolution(ConvolutionCase(group, in: builder))
  }
}

extension PlanBuilder {
  /// Makes the steps of a convolution; its result is the group's.
  mutating func lowerConvolution(_ form: ConvolutionCase) throws -> Bool {
    let group = form.group
    if form.geometry.channels == 1, form.geometry.groups > 1 { return try lowerDepthwise(form) }
    if form.isPointwise, form.input.pixels == 1, form.geometry.groups == 1, group.residual == nil,
      group.prologue == nil, try lowerPixel(form)
    {
      return true
    }
    if views[group.input] == nil, form.input.channels <= 4, form.geometry.groups == 1, group.prologue == nil {
      return try lowerFramed(form)
    }
    return try lowerBlocked(form)
  }

  /// A convolution of all input channels, or of groups that hold whole blocks.
  fileprivate mutating func lowerBlocked(_ form: ConvolutionCase) throws -> Bool {
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
    var context = cnn_convolution()
    form.fill(&context)
    context.last_width = context.width
    context.lanes = 16
    context.group_inputs = Int32(planes.count / groups)
    context.output_blocks = Int32(Buffer.blocks(of: form.filters))
    context.group_outputs = context.output_blocks / Int32(groups)
    let isExact = merged == 1 && (groups == 1 || geometry.channels % 16 == 0 && geometry.filters % 16 == 0)
    if isExact, view.alignedPlanes != nil || channels.count == planes.count * 16 && isInOrder(channels),
      form.group.prologue == nil, let choice = WinogradChoice(form, threads: threads)
    {
      return try addWinograd(form, planes, context, choice)
    }
    let packing = DirectConvolutionPacking(
      weights: form.weights, filters: lanes(ofChannels: form.filters), channels: channels,
      groupChannels: geometry.channels, groupFilters: geometry.filters, groupInputs: Int(context.group_inputs),
      groupOutputs: Int(context.group_outputs), lanes: 16, taps: form.taps)
    var operands = ConvolutionOperands(input: planes, weights: addPacked(packing))
    var (scale, shift): (Operand?, Operand?)
    switch form.group.prologue {
    case nil: break
    case .affine(let factors, let addends, let clips):
      scale = addFloats(factors, lanes: channels)
      shift = addFloats(addends, lanes: channels)
      context.prologue_relu = clips ? 1 : 0
    case .gate(let id):
      let gate = try self.view(id)
      // The gate's lanes must be those of the data.
      guard let matrix = pixelRows(gate), isInOrder(channels) else { throw Unlowered.shape }
      scale = .buffer(matrix.buffer)
      context.scale_image = Int64(matrix.rowDistance)
      guard matrix.start == 0 else { throw Unlowered.shape }
    }
    try finish(&operands, form)
    var kernel = DirectConvolutionKernel(context, operands)
    (kernel.scale, kernel.shift) = (scale, shift)
    tellGroupsApart(in: &kernel, form, channels: channels, merged: merged, isAligned: view.alignedPlanes != nil)
    add(Step(kernel, form.label, work: form.work ?? work(of: form.group)))
    return true
  }

  /// Says which lanes belong together if not all lanes that a kernel reads are for all that it writes.
  private mutating func tellGroupsApart(
    in kernel: inout DirectConvolutionKernel, _ form: ConvolutionCase, channels: [Int32], merged: Int, isAligned: Bool
  ) {
    guard merged > 1 || !isAligned else { return }
    let geometry = form.geometry
    kernel.inputGroups = addFloats(channels.map { $0 < 0 ? 0 : Float(Int($0) / geometry.channels + 1) })
    kernel.outputGroups = addFloats(
      lanes(ofChannels: form.filters).map { $0 < 0 ? -1 : Float(Int($0) / geometry.filters + 1) })
  }

  private func isInOrder(_ channels: [Int32]) -> Bool { channels.enumerated().allSatisfy { $1 < 0 || Int($1) == $0 } }

  /// Single pixels lie side by side as the rows of a matrix, for linear layers; a window over them that needs a border
  /// reads a copy.
  private mutating func reachable(_ view: ChannelView, _ form: ConvolutionCase) throws -> ChannelView {
    guard view.pixels == 1, form.taps > 1 else { return view }
    return try gathered(view, "copy for \(form.label)")
  }

  /// How many groups to take for one, so that each begins with a block: groups that are no multiple of 16 become
  /// blocks along a diagonal, or one dense convolution if that costs little more.
  private func mergedGroups(_ geometry: ConvolutionGeometry) -> Int? {
    if geometry.groups == 1 { return 1 }
    for merged in 1...min(geometry.groups, 16) where geometry.groups % merged == 0 {
      if merged * geometry.channels % 16 == 0, merged * geometry.filters % 16 == 0 { return merged }
    }
    let dense = geometry.groups * geometry.channels
    return dense <= 256 || geometry.groups <= 4 ? geometry.groups : nil
  }

  /// The first convolution: the image's few channels are read as they come.
  fileprivate mutating func lowerFramed(_ form: ConvolutionCase) throws -> Bool {
    let frame = try frame(form.group.input)
    let channels = form.input.channels
    var context = cnn_convolution()
    form.fill(&context)
    context.last_width = context.width
    context.lanes = 1
    context.group_inputs = Int32(channels)
    context.output_blocks = Int32(Buffer.blocks(of: form.filters))
    context.group_outputs = context.output_blocks
    let packing = DirectConvolutionPacking(
      weights: form.weights, filters: lanes(ofChannels: form.filters), channels: (0..<Int32(channels)).map { $0 },
      groupChannels: channels, groupFilters: form.filters, groupInputs: channels,
      groupOutputs: Int(context.output_blocks), lanes: 1, taps: form.taps)
    var operands = ConvolutionOperands(
      input: (0..<channels).map { PlaneReference(buffer: frame, plane: $0) }, weights: addPacked(packing))
    try finish(&operands, form)
    add(Step(DirectConvolutionKernel(context, operands), form.label, work: form.work ?? work(of: form.group)))
    return true
  }

  fileprivate mutating func lowerDepthwise(_ form: ConvolutionCase) throws -> Bool {
    let geometry = form.geometry
    var view = try reachable(try view(form.group.input), form)
    if geometry.filters > 1 {
      view = ChannelView(lanes: (0..<form.filters).map { view.lanes[$0 / geometry.filters] }, like: view)
    }
    let planes = try alignedView(view, "gather for \(form.label)")
    var context = cnn_depthwise()
    form.fill(&context)
    context.blocks = Int32(planes.count)
    let packing = DepthwisePacking(weights: form.weights, lanes: lanes(ofChannels: form.filters), taps: form.taps)
    var operands = ConvolutionOperands(input: planes, weights: addPacked(packing))
    try finish(&operands, form)
    add(Step(DepthwiseKernel(context, operands), form.label, work: form.work ?? work(of: form.group)))
    return true
  }

  /// A 1×1 convolution of single pixels is a linear layer; the weights are read where they lie.
  fileprivate mutating func lowerPixel(_ form: ConvolutionCase) throws -> Bool {
    let view = try view(form.group.input)
    guard let source = pixelRows(view) else { return false }
    let target = addImage(form.output)
    guard let rows = pixelRows(target) else { return false }
    addLinear(
      LinearCase(
        source: source, target: rows, padded: target.blocks * Buffer.laneCount, weights: form.weights,
        inputs: form.geometry.channels, outputs: form.filters, isTransposed: false, bias: form.bias,
        activation: form.group.activation, label: form.label, work: form.work ?? work(of: form.group)))
    views[form.group.output] = target
    return true
  }

  /// Bias, residual and output, which all convolutions have.
  private mutating func finish(_ operands: inout ConvolutionOperands, _ form: ConvolutionCase) throws {
    operands.bias = addFloats(form.bias, lanes: lanes(ofChannels: form.filters))
    if let residual = form.group.residual {
      operands.residual = try alignedView(try view(residual), "gather \(name(residual).quoted)")
    }
    let output = addImage(form.output)
    operands.output = planes(of: output)
    views[form.group.output] = output
  }

  private mutating func addWinograd(
    _ form: ConvolutionCase, _ planes: [PlaneReference], _ direct: cnn_convolution, _ choice: WinogradChoice
  ) throws -> Bool {
    var context = cnn_winograd()
    (context.group_inputs, context.group_outputs) = (direct.group_inputs, direct.group_outputs)
    (context.output_blocks, context.images) = (direct.output_blocks, direct.images)
    (context.input_height, context.input_width) = (Int32(form.input.height), Int32(form.input.width))
    (context.height, context.width) = (direct.height, direct.width)
    (context.channels, context.filters) = (Int32(form.geometry.channels), Int32(form.filters))
    (context.pad_top, context.pad_left) = (direct.pad_top, direct.pad_left)
    context.activation = direct.activation
    (context.tiles, context.span) = (Int32(choice.tiles), Int32(choice.span))
    context.expands = choice.expands ? 1 : 0
    var shared: Operand?
    if choice.isShared {
      let buffer = addMatrix(rows: 1, columns: Int(cnn_winograd_shared(&context))).buffer
      add(Step(WinogradInputKernel(context, input: planes, target: .buffer(buffer)), "transform for \(form.label)"))
      shared = .buffer(buffer)
    }
    let packing = WinogradPacking(
      weights: form.weights, filters: form.filters, groupChannels: form.geometry.channels,
      groupInputs: Int(context.group_inputs), groupOutputs: Int(context.group_outputs),
      outputBlocks: Int(context.output_blocks), expands: choice.expands)
    var operands = ConvolutionOperands(input: planes, weights: addPacked(packing))
    try finish(&operands, form)
    add(Step(WinogradKernel(context, operands, shared: shared), form.label, work: form.work ?? work(of: form.group)))
    return true
  }
}
