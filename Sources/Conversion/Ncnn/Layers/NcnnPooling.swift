import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Pooling`, over one and three axes, too.
enum NcnnPooling: NcnnLayerKind {
  static let types = ["Pooling", "Pooling1D", "Pooling3D"]
  static let operators: [any Operator.Type] = [MaxPooling.self, AveragePooling.self]

  static func write(_ node: NcnnNode) throws {
    let maximum = node.operator as? MaxPooling
    let mean = node.operator as? AveragePooling
    guard let window = maximum?.window ?? mean?.window else { return }
    try node.requireOneImage()
    guard node.node.outputs.count < 2 || node.node.outputs[1] == nil else {
      throw node.refusal("the positions of the largest elements are asked for")
    }
    let shape = try node.shape(0)
    let rank = shape.count - 2
    guard (1...3).contains(rank) else { throw node.refusal("pooling over \(rank) axes") }
    let isFixed = shape[2...].allSatisfy { $0.value != nil }
    if !isFixed, window.ceilMode || window.autoPad == .sameUpper || window.autoPad == .sameLower {
      _ = try node.fixed(shape)
    }
    let axes = try NcnnWindow.axes(window, over: Array(shape[2...]), weights: nil, node)
    guard axes.allSatisfy({ $0.dilation == 1 }) else { throw node.refusal("pooling with dilations") }
    var parameters = NcnnParameters()
    parameters.set(0, mean == nil ? 0 : 1)
    var blob = try node.blob(0)
    let countsPadding = mean?.countsPadding ?? false
    // Padding behind the last window is none of ONNX's, and padding that counts must be there before what does not.
    var begins = axes.map(\.padBegin)
    var ends = axes.map { max($0.padEnd, 0) }
    if isFixed {
      ends = axes.map { axis in
        max((axis.output - 1) * axis.stride + axis.kernel - axis.input - axis.padBegin, 0)
      }
    }
    let padsMore = zip(ends, axes).contains { $0 > $1.padEnd }
    if countsPadding, padsMore, axes.contains(where: { $0.padBegin > 0 || $0.padEnd > 0 }) {
      let pads = NcnnPadding.parameters(
        before: [0] + axes.map(\.padBegin), after: [0] + axes.map(\.padEnd), value: 0)
      guard let pads else { throw node.refusal("padding over \(rank) axes") }
      let dimensions = zip(try node.dimensions(0), [0] + axes.map { $0.padBegin + $0.padEnd }).map { extent, more in
        extent.value.map { .fixed($0 + more) } ?? extent
      }
      blob = node.step("Padding", [blob], pads, dimensions: dimensions).blob
      ends = zip(ends, axes).map { max($0 - $1.padEnd, 0) }
      begins = axes.map { _ in 0 }
    } else if countsPadding, !padsMore {
      parameters.set(6, 1)
    }
    let ids = [(1, 2, 3, 14), (11, 12, 13, 15), (21, 22, 23, 16)]
    for (position, axis) in axes.reversed().enumerated() {
      let (id, index) = (ids[position], rank - 1 - position)
      parameters.set(id.0, axis.kernel)
      parameters.set(id.1, axis.stride)
      parameters.set(id.2, begins[index])
      parameters.set(id.3, ends[index])
    }
    parameters.set(5, 1)
    try node.write(["Pooling1D", "Pooling", "Pooling3D"][rank - 1], [blob], parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let rank = ["Pooling1D": 1, "Pooling3D": 3][layer.layer.type] ?? 2
    let isMean = try layer.int(0) == 1
    guard try (0...1).contains(layer.int(0)) else { throw layer.refusal("pooling of another kind") }
    let input = try layer.input()
    let dimensions = try layer.dimensions(input)
    if try layer.int(4) != 0 {
      for id in layer.layer.parameters.ids { _ = try? layer.int(id) }
      // Two dimensions are rows of numbers, or a flat blob is what it is.
      let whole = try isMean ? layer.step(GlobalAveragePooling(), input) : layer.step(GlobalMaxPooling(), input)
      return try layer.write(Flatten(axis: 1), whole)
    }
    guard dimensions.count == rank + 1 else {
      throw ConversionError(.badInput, "its input has \(dimensions.count) dimensions, \(rank + 1) are expected")
    }
    if try layer.int(7) != 0 { return try readAdaptive(layer, input, dimensions, isMean) }
    let (kernel, stride) = (try layer.size(1), try layer.size(2, default: 1))
    let left = try layer.int(3)
    let right = try layer.int(14, default: left)
    var window = SpatialWindow(kernel: [kernel], strides: [stride])
    var (begins, ends) = ([left], [right])
    let ids = [(11, 12, 13, 15), (21, 22, 23, 16)]
    for id in ids.prefix(rank - 1) {
      window.kernel?.insert(try layer.size(id.0, default: kernel), at: 0)
      window.strides?.insert(try layer.size(id.1, default: stride), at: 0)
      let begin = try layer.int(id.2, default: left)
      begins.insert(begin, at: 0)
      ends.insert(try layer.int(id.3, default: begin), at: 0)
    }
    guard (begins + ends).allSatisfy({ (0..<1 << 24).contains($0) }) else {
      throw ConversionError(.badInput, "padding \(begins) and \(ends)")
    }
    let countsPadding = try layer.int(6) != 0
    switch try layer.int(5) {
    case 0:
      // As many more as the last window needs.
      for axis in 0..<rank {
        let (step, size) = (window.strides?[axis] ?? 1, window.kernel?[axis] ?? 1)
        if step == 1 { continue }
        guard let extent = dimensions[axis + 1].value else {
          if begins.allSatisfy({ $0 == 0 }), ends.allSatisfy({ $0 == 0 }), !countsPadding {
            window.ceilMode = true
            continue
          }
          throw layer.refusal(
            "the size of its input must be known",
            remedy: .giveInputShape(input: layer.source.graph.inputs.first.map { layer.source.graph[$0].name }))
        }
        let tail = (extent + begins[axis] + ends[axis] - size) % step
        if tail > 0 { ends[axis] += step - tail }
      }
      window.pads = begins + ends
    case 1: window.pads = begins + ends
    case 2: window.autoPad = .sameUpper
    case 3: window.autoPad = .sameLower
    case let mode: throw layer.refusal("padding mode \(mode)")
    }
    if isMean {
      try layer.write(AveragePooling(window: window, countsPadding: countsPadding), input)
    } else {
      try layer.write(MaxPooling(window: window), input)
    }
  }

  /// Pooling to a given size, which windows of one size do if it divides that of the input.
  private static func readAdaptive(
    _ layer: NcnnLayerReader, _ input: ValueID, _ dimensions: [Dimension], _ isMean: Bool
  ) throws {
    let width = try layer.int(8)
    let height = try layer.int(18, default: width)
    let wanted = [try layer.int(28, default: width), height, width].suffix(dimensions.count - 1)
    for id in layer.layer.parameters.ids { _ = try? layer.int(id) }
    if wanted.allSatisfy({ $0 == 1 }) {
      if isMean { return try layer.write(GlobalAveragePooling(), input) }
      return try layer.write(GlobalMaxPooling(), input)
    }
    var steps: [Int] = []
    for (extent, size) in zip(dimensions.dropFirst(), wanted) {
      if size == -233 {
        steps.append(1)
        continue
      }
      guard let extent = extent.value else {
        throw layer.refusal(
          "the size of its input must be known",
          remedy: .giveInputShape(input: layer.source.graph.inputs.first.map { layer.source.graph[$0].name }))
      }
      guard size > 0, extent % size == 0 else {
        throw layer.refusal("adaptive pooling of \(extent) elements to \(size)")
      }
      steps.append(extent / size)
    }
    let window = SpatialWindow(kernel: steps, strides: steps)
    if isMean {
      try layer.write(AveragePooling(window: window), input)
    } else {
      try layer.write(MaxPooling(window: window), input)
    }
  }
}

/// `Pooling` over whole channels.
enum NcnnGlobalPooling: NcnnLayerKind {
  static let operators: [any Operator.Type] = [GlobalAveragePooling.self, GlobalMaxPooling.self]

  static func write(_ node: NcnnNode) throws {
    try node.requireOneImage()
    let shape = try node.shape(0)
    guard (3...5).contains(shape.count) else { throw node.refusal("pooling over \(shape.count - 2) axes") }
    var parameters = NcnnParameters()
    parameters.set(0, node.operator is GlobalAveragePooling ? 1 : 0)
    parameters.set(4, 1)
    let place = try node.place(0)
    // What is one number already stays.
    if place.dimensions.count == 1, shape[2...].allSatisfy({ $0 == 1 }) { return try node.pass(place) }
    try node.write(
      ["Pooling1D", "Pooling", "Pooling3D"][shape.count - 3], [node.blob(0)], parameters, dimensions: [shape[1]])
  }
}
