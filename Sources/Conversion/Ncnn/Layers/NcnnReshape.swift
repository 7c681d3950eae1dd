import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Reshape`, `Flatten`, `Squeeze` and `ExpandDims`, which no operator becomes: a blob gets other dimensions when a
/// layer needs them.
enum NcnnReshape: NcnnLayerKind {
  static let types = ["Reshape", "Flatten", "Squeeze", "ExpandDims"]

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    switch layer.layer.type {
    case "Flatten": try layer.write(Flatten(axis: 1), input)
    case "ExpandDims": try expand(layer, input)
    case "Squeeze": try squeeze(layer, input)
    default: try reshape(layer, input)
    }
  }

  private static func reshape(_ layer: NcnnLayerReader, _ input: ValueID) throws {
    guard layer.inputCount == 1, layer.layer.parameters[6] == nil else {
      throw layer.refusal("a shape that is computed")
    }
    for id in 12...13 { try layer.require(id, 233, "a batch axis of its own") }
    let dimensions = try layer.dimensions(input)
    // The innermost first: what each is called, and where it lies in the input.
    let rank = dimensions.count
    let sources: [Int: Int?] = [
      0: rank - 1, 1: rank > 1 ? rank - 2 : nil, 11: rank == 4 ? 1 : nil, 2: rank > 2 ? 0 : nil,
    ]
    var shape: [Int] = []
    for id in [2, 11, 1, 0] {
      let value = try layer.int(id, default: -233)
      if value == -233 { continue }
      guard value == 0 else {
        guard value > 0 || value == -1 else { throw ConversionError(.badInput, "a size of \(value)") }
        shape.append(value)
        continue
      }
      guard let axis = sources[id] ?? nil, let extent = dimensions[axis].value else {
        throw layer.refusal("a dimension that is kept and not known")
      }
      shape.append(extent)
    }
    guard !shape.isEmpty else { throw ConversionError(.badInput, "no size at all") }
    try layer.write(Reshape(), input, layer.integers([0] + shape))
  }

  private static func expand(_ layer: NcnnLayerReader, _ input: ValueID) throws {
    guard let axes = try layer.ints(3), !axes.isEmpty else { return layer.define(input) }
    let rank = try layer.dimensions(input).count + axes.count
    try layer.write(Unsqueeze(), input, layer.integers(axes.axes(ofRank: rank).map { $0 + 1 }))
  }

  private static func squeeze(_ layer: NcnnLayerReader, _ input: ValueID) throws {
    let dimensions = try layer.dimensions(input)
    let rank = dimensions.count
    var axes: [Int]
    if let given = try layer.ints(3), !given.isEmpty {
      axes = try given.axes(ofRank: rank)
    } else {
      // Flags for width, height, depth and channels.
      let flags: [(id: Int, axis: Int?)] = [
        (0, rank - 1), (1, rank > 1 ? rank - 2 : nil), (11, rank == 4 ? 1 : nil), (2, rank > 2 ? 0 : nil),
      ]
      axes = try flags.compactMap { try layer.int($0.id) != 0 ? $0.axis : nil }
    }
    axes = axes.filter { dimensions[$0] == 1 }
    // One dimension is left of a single number.
    if axes.count == rank { axes.removeLast() }
    guard !axes.isEmpty else { return layer.define(input) }
    try layer.write(Squeeze(), input, layer.integers(axes.sorted().map { $0 + 1 }))
  }
}

/// `MemoryData`: a constant.
enum NcnnMemoryData: NcnnLayerKind {
  static let types = ["MemoryData"]

  static func read(_ layer: NcnnLayerReader) throws {
    let shape = try [2, 11, 1, 0].map { try layer.int($0) }.filter { $0 != 0 }
    guard shape.allSatisfy({ $0 > 0 }), !shape.isEmpty else { throw ConversionError(.badInput, "a size of \(shape)") }
    let numbers = try layer.int(21, default: 1) == 0 ? try layer.tagged([1] + shape) : try layer.plain([1] + shape)
    layer.define(layer.source.constant(numbers, name: layer.layer.outputs.first ?? layer.layer.name))
  }
}
