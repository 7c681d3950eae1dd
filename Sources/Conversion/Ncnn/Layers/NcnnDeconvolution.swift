import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Deconvolution`, `DeconvolutionDepthWise` for several groups, and their forms over one and three axes.
enum NcnnDeconvolution: NcnnLayerKind {
  static let types = [
    "Deconvolution",
    "DeconvolutionDepthWise",
    "Deconvolution1D",
    "DeconvolutionDepthWise1D",
    "Deconvolution3D",
    "DeconvolutionDepthWise3D",
  ]
  static let operators: [any Operator.Type] = [TransposedConvolution.self]

  static func write(_ node: NcnnNode) throws {
    guard let convolution = node.operator as? TransposedConvolution else { return }
    try node.requireOneImage()
    let weights = try node.weights(1, "weights", isTagged: true)
    let shape = try node.shape(0)
    let rank = shape.count - 2
    guard (1...3).contains(rank) else { throw node.refusal("a transposed convolution over \(rank) axes") }
    let groups = convolution.groups
    let filters = weights.shape[1] * groups
    // ncnn keeps the outputs before the inputs of each group.
    let kernel = Array(weights.shape[2...])
    let grouped = try weights.reshaped([groups, weights.shape[0] / groups] + weights.shape[1...])
    let turned = try grouped.transposed([0, 2, 1] + (3..<(3 + rank))).reshaped([weights.count])
    var parameters = NcnnParameters()
    parameters.set(0, filters)
    let input = shape[2...].map { $0.value ?? 1 << 20 }
    let axes = try convolution.axes(over: input, weights: kernel)
    if convolution.outputShape != nil || convolution.window.autoPad != .explicit { _ = try node.fixed(shape) }
    let ids = [(1, 2, 3, 4, 15, 18), (11, 12, 13, 14, 16, 19), (21, 22, 23, 24, 17, 20)]
    for (position, (axis, id)) in zip(axes.reversed(), ids).enumerated() {
      let index = rank - 1 - position
      // What lies beyond the last window is padding of the output.
      let full = (input[index] - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1
      var (end, extra) = (full - axis.padBegin - axis.input, 0)
      if end < 0 { (end, extra) = (0, -end) }
      parameters.set(id.0, axis.kernel)
      parameters.set(id.1, axis.dilation)
      parameters.set(id.2, axis.stride)
      parameters.set(id.3, axis.padBegin)
      parameters.set(id.4, end)
      parameters.set(id.5, extra)
    }
    parameters.set(6, weights.count)
    if groups > 1 { parameters.set(7, groups) }
    var stored: [NcnnWeight] = [.tagged(turned)]
    if node.has(2) {
      parameters.set(5, 1)
      stored.append(.plain(try node.weights(2, "a bias")))
    }
    let kind = (groups > 1 ? "DeconvolutionDepthWise" : "Deconvolution") + ["1D", "", "3D"][rank - 1]
    try node.write(kind, [try node.blob(0)], parameters, weights: stored)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let window = try NcnnWindow.read(layer)
    guard window.autoPad == .explicit else { throw layer.refusal("automatic padding") }
    let filters = try layer.size(0)
    let groups = layer.layer.type.contains("DepthWise") ? try layer.size(7, default: 1) : 1
    let kernel = window.kernel ?? []
    let count = try layer.size(6)
    try layer.require(28, 0, "weights that another layer makes are not supported")
    try layer.require(8, 0, "int8 weights are not supported")
    var extra: [Int] = []
    if kernel.count == 3 {
      extra = [try layer.int(20), try layer.int(19), try layer.int(18)]
    } else {
      try layer.require(20, 0, "a size of the output that is given")
      try layer.require(21, 0, "a size of the output that is given")
      let right = try layer.int(18)
      extra = kernel.count == 1 ? [right] : [try layer.int(19, default: right), right]
    }
    let each = filters.multipliedReportingOverflow(by: kernel.product)
    guard filters % groups == 0, !each.overflow, count % each.partialValue == 0 else {
      throw ConversionError(.badInput, "\(count) weights for \(filters) filters of \(kernel)")
    }
    // Inputs of a group; ONNX has them before the outputs.
    let channels = count / each.partialValue
    let grouped = try layer.tagged([groups, filters / groups, channels] + kernel)
    let order = [0, 2, 1] + (3..<(3 + kernel.count))
    let (total, overflow) = groups.multipliedReportingOverflow(by: channels)
    guard !overflow else { throw ConversionError(.badInput, "\(groups) groups of \(channels) channels") }
    let weights = try grouped.transposed(order).reshaped([total, filters / groups] + kernel)
    let bias = try layer.int(5) != 0 ? layer.constant(layer.plain([filters]), "bias") : nil
    // More than the stride cannot be added by ONNX's operator, but padding of nothing can.
    var operation = TransposedConvolution(window: window, groups: groups)
    if extra.contains(where: { $0 != 0 }) { operation.outputPadding = extra }
    let made = try layer.step(operation, layer.input(), layer.constant(weights, "weight"), bias)
    try layer.defineActivated(made)
  }
}
