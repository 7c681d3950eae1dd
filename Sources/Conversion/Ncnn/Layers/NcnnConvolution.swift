import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Convolution`, `ConvolutionDepthWise` for several groups, and their forms over one and three axes.
enum NcnnConvolution: NcnnLayerKind {
  static let types = [
    "Convolution",
    "ConvolutionDepthWise",
    "Convolution1D",
    "ConvolutionDepthWise1D",
    "Convolution3D",
    "ConvolutionDepthWise3D",
  ]
  static let operators: [any Operator.Type] = [Convolution.self]

  static func write(_ node: NcnnNode) throws {
    guard let convolution = node.operator as? Convolution else { return }
    try node.requireOneImage()
    let weights = try node.weights(1, "weights", isTagged: true)
    let shape = try node.shape(0)
    let rank = shape.count - 2
    guard (1...3).contains(rank) else { throw node.refusal("a convolution over \(rank) axes") }
    var parameters = NcnnParameters()
    parameters.set(0, weights.shape[0])
    let axes = try NcnnWindow.axes(
      convolution.window, over: Array(shape[2...]), weights: Array(weights.shape[2...]), node)
    // After a global pooling all that is left of a channel is a number.
    let place = try node.place(0)
    let isProduct = place.dimensions.count == 1 && convolution.groups == 1 && axes.allSatisfy { $0.isIdentity }
    var stored: [NcnnWeight] = [.tagged(weights)]
    if node.has(2) {
      parameters.set(isProduct ? 1 : 5, 1)
      stored.append(.plain(try node.weights(2, "a bias")))
    }
    if isProduct {
      parameters.set(2, weights.count)
      return try node.write(
        "InnerProduct", [place.blob], parameters, weights: stored, dimensions: [.fixed(weights.shape[0])])
    }
    NcnnWindow.set(
      axes, convolution.window.autoPad, isFixed: shape[2...].allSatisfy { $0.value != nil }, into: &parameters)
    parameters.set(6, weights.count)
    if convolution.groups > 1 { parameters.set(7, convolution.groups) }
    let kind = ["1D", "", "3D"][rank - 1]
    try node.write(
      (convolution.groups > 1 ? "ConvolutionDepthWise" : "Convolution") + kind, [try node.blob(0)], parameters,
      weights: stored)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let window = try NcnnWindow.read(layer)
    let filters = try layer.size(0)
    let groups = layer.layer.type.contains("DepthWise") ? try layer.size(7, default: 1) : 1
    let kernel = window.kernel ?? []
    let count = try layer.size(6)
    try layer.require(8, 0, "int8 weights are not supported")
    try layer.require(19, 0, "weights that another layer makes are not supported")
    let each = filters.multipliedReportingOverflow(by: kernel.product)
    guard filters % groups == 0, !each.overflow, count % each.partialValue == 0 else {
      throw ConversionError(.badInput, "\(count) weights for \(filters) filters of \(kernel)")
    }
    let channels = count / each.partialValue
    let weights = try layer.tagged([filters, channels] + kernel)
    let bias = try layer.int(5) != 0 ? layer.constant(layer.plain([filters]), "bias") : nil
    var input = try layer.input()
    let filler = try layer.float(18, default: 0)
    var shape = try layer.dimensions(input)
    if shape.count == 1, groups == 1, kernel.allSatisfy({ $0 == 1 }) {
      // What is one number a channel is multiplied by a matrix.
      let matrix = layer.constant(try weights.reshaped([filters, channels]), "weight")
      return try layer.defineActivated(layer.step(GeneralMatrixMultiplication(transposesB: true), input, matrix, bias))
    }
    guard shape.count == kernel.count + 1 else {
      throw ConversionError(.badInput, "its input has \(shape.count) dimensions, \(kernel.count + 1) are expected")
    }
    var padded = window
    if filler != 0, let pads = window.pads, pads.contains(where: { $0 > 0 }) {
      let rank = kernel.count
      let all = [0, 0] + pads[..<rank] + [0, 0] + pads[rank...]
      input = try layer.step(Padding(), input, layer.integers(all), layer.number(filler))
      padded.pads = nil
      shape = try layer.dimensions(input)
    }
    let made = try layer.step(
      Convolution(window: padded, groups: groups), input, layer.constant(weights, "weight"), bias)
    try layer.defineActivated(made)
  }
}

/// A window in the numbers of ncnn's convolutions.
enum NcnnWindow {
  /// The window that a layer's settings say.
  static func read(_ layer: NcnnLayerReader) throws -> SpatialWindow {
    let rank = layer.layer.type.hasSuffix("1D") ? 1 : layer.layer.type.hasSuffix("3D") ? 3 : 2
    let kernel = try layer.size(1)
    let (dilation, stride) = (try layer.size(2, default: 1), try layer.size(3, default: 1))
    let (first, last) = (try layer.int(4), try layer.int(15, default: layer.int(4)))
    var window = SpatialWindow(kernel: [kernel], strides: [stride], dilations: [dilation], pads: nil)
    var (begins, ends) = ([first], [last])
    let ids = [(11, 12, 13, 14, 16), (21, 22, 23, 24, 17)]
    for id in ids.prefix(rank - 1) {
      window.kernel?.insert(try layer.size(id.0, default: kernel), at: 0)
      window.dilations?.insert(try layer.size(id.1, default: dilation), at: 0)
      window.strides?.insert(try layer.size(id.2, default: stride), at: 0)
      let begin = try layer.int(id.3, default: first)
      begins.insert(begin, at: 0)
      // Above is below if nothing else is said; in front is behind.
      ends.insert(try layer.int(id.4, default: begin), at: 0)
    }
    let pads = begins + ends
    if pads.allSatisfy({ $0 == -233 }) {
      window.autoPad = .sameUpper
    } else if pads.allSatisfy({ $0 == -234 }) {
      window.autoPad = .sameLower
    } else {
      guard pads.allSatisfy({ (0..<1 << 24).contains($0) }) else { throw ConversionError(.badInput, "padding \(pads)") }
      window.pads = pads
    }
    return window
  }

  /// The axes of a window, the first ones first. An extent that is free takes one that no window uses up.
  static func axes(
    _ window: SpatialWindow, over extents: [Dimension], weights: [Int]?, _ node: NcnnNode
  ) throws -> [WindowAxis] {
    try window.axes(over: extents.map { $0.value ?? 1 << 30 }, weights: weights)
  }

  /// Sets kernel, dilation, stride and padding.
  /// - Parameter isFixed: whether the extents are known, so that the padding is.
  static func set(
    _ axes: [WindowAxis], _ autoPad: SpatialWindow.AutoPad, isFixed: Bool, into parameters: inout NcnnParameters
  ) {
    // The numbers of kernel, dilation, stride, padding before and after, from the innermost axis on.
    let ids = [(1, 2, 3, 4, 15), (11, 12, 13, 14, 16), (21, 22, 23, 24, 17)]
    for (axis, id) in zip(axes.reversed(), ids) {
      parameters.set(id.0, axis.kernel)
      parameters.set(id.1, axis.dilation)
      parameters.set(id.2, axis.stride)
      if !isFixed, autoPad == .sameUpper || autoPad == .sameLower {
        let mark = autoPad == .sameUpper ? -233 : -234
        parameters.set(id.3, mark)
        parameters.set(id.4, mark)
      } else {
        parameters.set(id.3, axis.padBegin)
        parameters.set(id.4, axis.padEnd)
      }
    }
  }
}
