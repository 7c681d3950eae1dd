import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

// Convolutions of volumes, which are no images: products of matrices on row-major tensors.

extension PlanBuilder {
  /// A convolution over three axes.
  /// - Returns: false for one that the kernel does not compute.
  mutating func lowerVolume(_ group: FusionGroup) throws -> Bool {
    let node = graph.nodes[group.main]
    guard let operation = node.operator as? Convolution, let input = shape(group.input), input.count == 5,
      let output = shape(group.output), isFloat(group.input), isSmall(input), isSmall(output),
      group.residual == nil, group.prologue == nil, let weights = constant(node.inputs[1]),
      weights.elementType == .float32,
      let geometry = try? ConvolutionGeometry(
        input: input, weights: weights.shape, groups: operation.groups, window: operation.window),
      geometry.outputShape == output, isSmall([weights.count * 16]), isSmall([geometry.depth, geometry.outputPlane])
    else { return false }
    let filters = geometry.filters * geometry.groups
    var bias: Operand?
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let values = floats(id), values.count == filters else { return false }
      bias = addFloats(values)
    }
    let axes = [geometry.axes.0, geometry.axes.1, geometry.axes.2]
    guard axes.allSatisfy({ $0.kernel * $0.dilation < 1 << 16 && $0.stride < 1 << 16 && $0.padBegin < 1 << 16 }) else {
      return false
    }
    func three(_ member: KeyPath<WindowAxis, Int>) -> (Int32, Int32, Int32) {
      (Int32(axes[0][keyPath: member]), Int32(axes[1][keyPath: member]), Int32(axes[2][keyPath: member]))
    }
    var context = cnn_volume()
    (context.input, context.output, context.kernel) = (three(\.input), three(\.output), three(\.kernel))
    (context.stride, context.dilation, context.pad) = (three(\.stride), three(\.dilation), three(\.padBegin))
    var product = cnn_product()
    (product.matrices, product.rows) = (Int64(geometry.batch * geometry.groups), Int64(geometry.filters))
    (product.depth, product.columns) = (Int64(geometry.depth), Int64(geometry.outputPlane))
    (product.a_row, product.a_step) = (Int64(geometry.depth), 1)
    (product.band, product.span) = (product.rows, product.columns)
    (product.scale, product.activation) = (1, group.activation)
    product.bias_rows = bias == nil ? 0 : Int64(filters)
    context.product = product
    let starts = (0..<geometry.batch * geometry.groups).flatMap { index in
      [
        Int64(index % geometry.groups * geometry.filters * geometry.depth),
        Int64(index * geometry.channels * geometry.inputPlane),
      ]
    }
    let source = try wholeOperand(group.input)
    let target = addMatrix(rows: output[0], columns: output.dropFirst().reduce(1, *))
    let kernel = VolumeKernel(
      context, weights: addTensor(weights), input: source, bias: bias, target: .buffer(target.buffer), starts: starts)
    add(Step(kernel, label(group), work: work(of: group)))
    plains[group.output] = target
    return true
  }

  /// Pooling over three axes.
  mutating func lowerVolumePooling(_ group: FusionGroup) throws -> Bool {
    let node = graph.nodes[group.main]
    let mean = node.operator as? AveragePooling
    guard let window = mean?.window ?? (node.operator as? MaxPooling)?.window,
      node.outputs.compactMap(\.self).count == 1, let input = shape(group.input), let output = shape(group.output),
      isFloat(group.input), isSmall(input), isSmall(output),
      let axes = try? window.axes(over: Array(input[2...])), axes.map(\.output) == Array(output[2...]),
      axes.allSatisfy({ $0.kernel * $0.dilation < 1 << 16 && $0.stride < 1 << 16 && $0.padBegin + $0.padEnd < 1 << 16 }
      ),
      // Windows that reach over whole volumes: the reference evaluation charges what they take.
      axes.reduce(output.reduce(1, *), { $0.saturatingMultiplied(by: $1.kernel) })
        <= 256 * (input.reduce(1, *) + output.reduce(1, *))
    else { return false }
    func three(_ member: KeyPath<WindowAxis, Int>) -> (Int32, Int32, Int32) {
      (Int32(axes[0][keyPath: member]), Int32(axes[1][keyPath: member]), Int32(axes[2][keyPath: member]))
    }
    var context = cnn_volume_pooling()
    (context.planes, context.band) = (Int64(input[0] * input[1]), 1)
    (context.extent, context.result, context.kernel) = (three(\.input), three(\.output), three(\.kernel))
    (context.stride, context.dilation) = (three(\.stride), three(\.dilation))
    (context.pad, context.pad_end) = (three(\.padBegin), three(\.padEnd))
    (context.is_average, context.counts_padding) = (mean == nil ? 0 : 1, mean?.countsPadding == true ? 1 : 0)
    let source = try wholeOperand(group.input)
    let target = addMatrix(rows: output[0], columns: output.dropFirst().reduce(1, *))
    add(Step(VolumePoolingKernel(context, source: source, target: .buffer(target.buffer)), label(group)))
    plains[group.output] = target
    return true
  }

  /// A transposed convolution whose windows neither meet nor leave gaps, over any axes: a product, and its pixels moved to
  /// their places.
  mutating func lowerTiles(_ group: FusionGroup, _ operation: TransposedConvolution) throws -> Bool {
    let node = graph.nodes[group.main]
    guard let input = shape(group.input), let output = shape(group.output), isFloat(group.input), isSmall(input),
      isSmall(output), operation.groups == 1, let weights = constant(node.inputs[1]), weights.elementType == .float32,
      weights.rank == input.count, weights.shape[0] == input[1], weights.shape[1] == output[1],
      let axes = try? operation.axes(over: Array(input[2...]), weights: Array(weights.shape[2...])),
      axes.allSatisfy({
        $0.kernel == $0.stride && $0.dilation == 1 && $0.padBegin == 0 && $0.input == $0.output * $0.stride
      })
    else { return false }
    let (filters, taps) = (output[1], weights.shape[2...].reduce(1, *))
    let (channels, pixels) = (input[1], input[2...].reduce(1, *))
    var bias: Operand?
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let values = floats(id), values.count == filters else { return false }
      bias = addFloats(values.flatMap { [Float](repeating: $0, count: taps) })
    }
    // The product is a convolution with a window of one element; its weights lie the other way round.
    var context = cnn_volume()
    (context.input, context.output) = ((1, 1, Int32(pixels)), (1, 1, Int32(pixels)))
    (context.kernel, context.stride, context.dilation) = ((1, 1, 1), (1, 1, 1), (1, 1, 1))
    var product = cnn_product()
    (product.matrices, product.rows) = (Int64(input[0]), Int64(filters * taps))
    (product.depth, product.columns) = (Int64(channels), Int64(pixels))
    (product.a_row, product.a_step) = (1, Int64(filters * taps))
    (product.band, product.span) = (product.rows, product.columns)
    (product.scale, product.activation) = (1, group.activation)
    product.bias_rows = bias == nil ? 0 : Int64(filters * taps)
    context.product = product
    let source = try wholeOperand(group.input)
    let spread = addMatrix(rows: input[0], columns: filters * taps * pixels)
    let starts = (0..<input[0]).flatMap { [Int64(0), Int64($0 * channels * pixels)] }
    let kernel = VolumeKernel(
      context, weights: addTensor(weights), input: source, bias: bias, target: .buffer(spread.buffer), starts: starts)
    add(Step(kernel, label(group), work: work(of: group)))
    // [N, filters, taps…, pixels…] to [N, filters, (pixels, taps)…].
    let steps = (input[2...].map { $0 }, Array(weights.shape[2...]))
    let strides = (steps.1 + steps.0).strides
    var moves = [MoveKernel.Axis(extent: input[0] * filters, from: taps * pixels)]
    for axis in axes.indices {
      moves.append(.init(extent: steps.0[axis], from: strides[axes.count + axis]))
      moves.append(.init(extent: steps.1[axis], from: strides[axis]))
    }
    guard let move = MoveKernel.context(moves, start: 0) else { throw Unlowered.shape }
    let target = addMatrix(rows: output[0], columns: output.dropFirst().reduce(1, *))
    add(
      Step(
        MoveKernel(move, source: .buffer(spread.buffer), target: .buffer(target.buffer)), "pixels of \(label(group))"))
    plains[group.output] = target
    return true
  }
}
