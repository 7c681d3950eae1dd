import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

extension PlanBuilder {
  /// Makes the steps of a group; false where one of its nodes is not what the kernels compute.
  mutating func lower(_ group: FusionGroup) throws -> Bool {
    let node = graph.nodes[group.main]
    do {
      switch node.operator {
      case let operation as Convolution: return try lower(convolution: operation, node, group)
      case is GeneralMatrixMultiplication, is MatrixMultiplication: return try lower(linear: node, group)
      default: return try lower(elementwise: node, group.main, group.activation, group.output, label(group))
      }
    } catch is Unlowered {
      return false
    }
  }

  /// Makes the steps of a node by itself; false where the reference path has to take it.
  mutating func lower(_ node: Node, _ index: Int) throws -> Bool {
    guard let output = node.outputs.first ?? nil, let input = node.inputs.first ?? nil, node.captures.isEmpty else {
      return false
    }
    do {
      if let activation = cnn_activation(node, in: graph) {
        return try lower(activation: activation, input, output, graph.describe(node))
      }
      switch node.operator {
      case let operation as Convolution:
        let group = FusionGroup(main: index, members: [index], input: input, output: output)
        return try lower(convolution: operation, node, group)
      case is GeneralMatrixMultiplication, is MatrixMultiplication:
        return try lower(linear: node, FusionGroup(main: index, members: [index], input: input, output: output))
      case is BatchNormalization, is Add, is Subtract, is Multiply:
        return try lower(elementwise: node, index, .identity, output, graph.describe(node))
      case let operation as MaxPooling: return try lower(pooling: operation.window, node, input, output, nil)
      case let operation as AveragePooling:
        return try lower(pooling: operation.window, node, input, output, operation.countsPadding)
      case is GlobalAveragePooling: return try lowerGlobalPooling(node, input, output, isMaximum: false)
      case is GlobalMaxPooling: return try lowerGlobalPooling(node, input, output, isMaximum: true)
      case is ReduceMean: return try lowerSpatialMean(node, input, output)
      case let operation as Concatenation: return try lower(concatenation: operation, node, output)
      case is Split, is Slicing: return try lowerChannelRanges(node, input)
      case let operation as LocalResponseNormalization: return try lower(normalization: operation, node, input, output)
      case let operation as Softmax: return try lower(softmax: operation, node, input, output)
      case is Reshape:
        if try lowerShuffle(index, input) { return true }
        return try hasConstantSettings(node) && lowerReshape(input, output)
      case is Flatten, is Squeeze, is Unsqueeze: return try hasConstantSettings(node) && lowerReshape(input, output)
      case is Identity: return alias(input, output)
      case is Dropout: return node.outputs.count == 1 && node.inputs.count == 1 && alias(input, output)
      default: return false
      }
    } catch is Unlowered {
      return false
    }
  }

  /// Lets a value be known by another name.
  private mutating func alias(_ input: ValueID, _ output: ValueID) -> Bool {
    guard views[input] != nil || plains[input] != nil || slots[input] != nil else { return false }
    (views[output], plains[output]) = (views[input], plains[input])
    (slots[output], frames[output]) = (slots[input], frames[input])
    return true
  }

  private mutating func lower(
    activation: cnn_activation, _ input: ValueID, _ output: ValueID, _ label: String
  ) throws -> Bool {
    guard let shape = imageShape(input) else { return false }
    try addElementwise(try view(input), shape, activation, output, label)
    return true
  }

  /// The one kernel that works on each element by itself.
  private mutating func addElementwise(
    _ first: ChannelView, _ shape: [Int], _ activation: cnn_activation, _ output: ValueID, _ label: String,
    second: ChannelView? = nil, join: cnn_join = CNN_ADD, scale: [Float]? = nil, shift: [Float]? = nil
  ) throws {
    var context = cnn_elementwise()
    (context.images, context.height, context.width) = (Int32(shape[0]), Int32(shape[2]), Int32(shape[3]))
    context.activation = activation
    context.join = join
    var step = Step(.elementwise(context), label)
    step.input = try alignedView(first, "gather for \(label)")
    if let second {
      step.second = try alignedView(second, "gather for \(label)")
      context.second_is_pixel = second.pixels == 1 && first.pixels > 1 ? 1 : 0
    }
    context.blocks = Int32(step.input.count)
    step.kernel = .elementwise(context)
    let lanes = lanes(ofChannels: shape[1])
    if scale != nil || shift != nil {
      step.scale = addFloats(scale ?? [Float](repeating: 1, count: shape[1]), lanes: lanes)
      step.shift = addFloats(shift ?? [Float](repeating: 0, count: shape[1]), lanes: lanes)
    }
    let target = addImage(shape)
    step.output = planes(of: target)
    add(step)
    views[output] = target
  }

  private mutating func lower(
    elementwise node: Node, _ index: Int, _ activation: cnn_activation, _ output: ValueID, _ label: String
  ) throws -> Bool {
    guard let input = node.inputs[0], let shape = imageShape(output) else { return false }
    if node.operator is BatchNormalization {
      guard let (scale, shift) = finder.affine(of: index), scale.count == shape[1],
        imageShape(input) == shape
      else { return false }
      try addElementwise(try view(input), shape, activation, output, label, scale: scale, shift: shift)
      return true
    }
    guard node.inputs.count == 2, let other = node.inputs[1] else { return false }
    let join = node.operator is Add ? CNN_ADD : node.operator is Subtract ? CNN_SUBTRACT : CNN_MULTIPLY
    let isCommutative = !(node.operator is Subtract)
    for (data, second) in isCommutative ? [(input, other), (other, input)] : [(input, other)] {
      guard imageShape(data) == shape, constant(data) == nil else { continue }
      if let values = channelConstant(second, channels: shape[1]) {
        switch join {
        case CNN_MULTIPLY:
          try addElementwise(try view(data), shape, activation, output, label, scale: values)
        case CNN_ADD: try addElementwise(try view(data), shape, activation, output, label, shift: values)
        default:
          try addElementwise(try view(data), shape, activation, output, label, shift: values.map { -$0 })
        }
        return true
      }
      guard let extent = imageShape(second), constant(second) == nil,
        extent == shape || extent == [shape[0], shape[1], 1, 1]
      else { continue }
      let (first, second) = (try view(data), try view(second))
      try addElementwise(first, shape, activation, output, label, second: second, join: join)
      return true
    }
    return false
  }

  /// A constant that holds one number, or one for each channel.
  private func channelConstant(_ id: ValueID, channels: Int) -> [Float]? {
    guard let tensor = constant(id), let values = floats(id) else { return nil }
    if values.count == 1, tensor.rank <= 4 { return [Float](repeating: values[0], count: channels) }
    let shape = Array(repeating: 1, count: max(0, 4 - tensor.rank)) + tensor.shape
    return shape == [1, channels, 1, 1] ? values : nil
  }

  private mutating func lower(
    pooling window: SpatialWindow, _ node: Node, _ input: ValueID, _ output: ValueID, _ countsPadding: Bool?
  ) throws -> Bool {
    guard node.outputs.compactMap(\.self).count == 1, let shape = imageShape(input), let result = imageShape(output),
      let axes = try? window.axes(over: Array(shape[2...])), axes.count == 2,
      Array(shape[..<2]) + axes.map(\.output) == result, isModest(axes)
    else { return false }
    var context = cnn_pooling()
    context.images = Int32(shape[0])
    (context.input_height, context.input_width) = (Int32(shape[2]), Int32(shape[3]))
    (context.height, context.width) = (Int32(result[2]), Int32(result[3]))
    (context.kernel_height, context.kernel_width) = (Int32(axes[0].kernel), Int32(axes[1].kernel))
    (context.stride_height, context.stride_width) = (Int32(axes[0].stride), Int32(axes[1].stride))
    (context.dilation_height, context.dilation_width) = (Int32(axes[0].dilation), Int32(axes[1].dilation))
    (context.pad_top, context.pad_left) = (Int32(axes[0].padBegin), Int32(axes[1].padBegin))
    (context.pad_bottom, context.pad_right) = (Int32(axes[0].padEnd), Int32(axes[1].padEnd))
    context.is_average = countsPadding == nil ? 0 : 1
    context.counts_padding = countsPadding == true ? 1 : 0
    context.activation = .identity
    var step = Step(.pooling(context), graph.describe(node))
    step.input = try alignedView(try view(input), "gather for \(step.label)")
    context.blocks = Int32(step.input.count)
    step.kernel = .pooling(context)
    let target = addImage(result)
    step.output = planes(of: target)
    add(step)
    views[output] = target
    return true
  }

  private mutating func lowerGlobalPooling(
    _ node: Node, _ input: ValueID, _ output: ValueID, isMaximum: Bool
  ) throws -> Bool {
    guard let shape = imageShape(input), shape[2] * shape[3] > 0 else { return false }
    let target = try addGlobalPooling(input, shape, isMaximum, graph.describe(node))
    views[output] = target
    return true
  }

  private mutating func addGlobalPooling(
    _ input: ValueID, _ shape: [Int], _ isMaximum: Bool, _ label: String
  ) throws -> ChannelView {
    var context = cnn_global_pooling()
    (context.images, context.height, context.width) = (Int32(shape[0]), Int32(shape[2]), Int32(shape[3]))
    context.is_maximum = isMaximum ? 1 : 0
    var step = Step(.globalPooling(context), label)
    step.input = try alignedView(try view(input), "gather for \(label)")
    context.blocks = Int32(step.input.count)
    step.kernel = .globalPooling(context)
    let target = addImage([shape[0], shape[1], 1, 1])
    step.output = planes(of: target)
    add(step)
    return target
  }

  /// The mean over both spatial axes, which stay or go.
  private mutating func lowerSpatialMean(_ node: Node, _ input: ValueID, _ output: ValueID) throws -> Bool {
    guard let shape = imageShape(input), let result = self.shape(output), isFloat(output), node.inputs.count == 2,
      let axes = constant(node.inputs[1]), let values = try? axes.values(as: Int64.self),
      Set(values.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3]
    else { return false }
    let target = try addGlobalPooling(input, shape, false, graph.describe(node))
    if result.count == 4 { views[output] = target } else { plains[output] = pixelRows(target) }
    return true
  }

  private mutating func lower(
    normalization operation: LocalResponseNormalization, _ node: Node, _ input: ValueID, _ output: ValueID
  ) throws -> Bool {
    guard let shape = imageShape(input), operation.size <= shape[1] * 2 + 1 else { return false }
    var context = cnn_lrn()
    (context.channels, context.images) = (Int32(shape[1]), Int32(shape[0]))
    (context.height, context.width) = (Int32(shape[2]), Int32(shape[3]))
    context.size = Int32(operation.size)
    (context.alpha, context.beta, context.bias) = (operation.alpha, operation.beta, operation.bias)
    var step = Step(.normalization(context), graph.describe(node))
    step.input = try alignedView(try view(input), "gather for \(step.label)")
    let target = addImage(shape)
    step.output = planes(of: target)
    add(step)
    views[output] = target
    return true
  }

  private mutating func lower(
    softmax operation: Softmax, _ node: Node, _ input: ValueID, _ output: ValueID
  ) throws -> Bool {
    guard let shape = shape(input), shape.count == 2, isFloat(input), isSmall(shape),
      operation.axis == 1 || operation.axis == -1
    else { return false }
    let source = try rows(input)
    let target = addMatrix(rows: shape[0], columns: shape[1])
    var context = cnn_softmax()
    (context.rows, context.columns) = (Int64(shape[0]), Int64(shape[1]))
    (context.input_row, context.output_row) = (Int64(source.rowDistance), Int64(target.rowDistance))
    var step = Step(.softmax(context), graph.describe(node))
    (step.source, step.sourceStart, step.target) = (.buffer(source.buffer), source.start, .buffer(target.buffer))
    step.tasks = shape[0]
    add(step)
    plains[output] = target
    return true
  }
}
