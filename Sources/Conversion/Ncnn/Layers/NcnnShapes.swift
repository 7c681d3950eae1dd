import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// What keeps all elements in their order: no layer at all, until a layer asks for other dimensions.
enum NcnnIdentity: NcnnLayerKind {
  static let types = ["Split", "Noop", "Dropout", "Cast"]
  static let operators: [any Operator.Type] = [
    Identity.self, Dropout.self, Reshape.self, Flatten.self, Squeeze.self, Unsqueeze.self, Cast.self, CastLike.self,
  ]

  static func write(_ node: NcnnNode) throws {
    if node.operator is Cast || node.operator is CastLike {
      guard let output = node.node.outputs[0], let type = node.draft.graph[output].type.tensor?.elementType,
        let input = node.node.inputs[0], let source = node.draft.graph[input].type.tensor?.elementType,
        type.isFloatingPoint, source.isFloatingPoint
      else { throw node.refusal("ncnn computes numbers with a fraction alone") }
    }
    try node.pass(node.place(0))
  }

  static func read(_ layer: NcnnLayerReader) throws {
    if layer.layer.type == "Dropout" {
      let scale = try layer.float(0, default: 1)
      guard scale == 1 else { return try layer.write(Multiply(), layer.input(), layer.number(scale)) }
    }
    if layer.layer.type == "Cast" { for id in 0...1 { _ = try layer.int(id) } }
    let isOne = layer.layer.type == "Split" || layer.inputCount == 1
    for index in layer.layer.outputs.indices { layer.define(try layer.input(isOne ? 0 : index), index) }
  }
}

/// `Permute`: axes of one element are left out, and those that stay together are joined.
enum NcnnPermute: NcnnLayerKind {
  static let types = ["Permute"]
  static let operators: [any Operator.Type] = [Transpose.self]

  static func write(_ node: NcnnNode) throws {
    guard let transpose = node.operator as? Transpose else { return }
    let shape = try node.shape(0)
    let order = transpose.permutation ?? Array(shape.indices.reversed())
    try node.pass(permuted(node, try node.place(0), shape, order))
  }

  /// A place with its axes in another order.
  static func permuted(
    _ node: NcnnNode, _ place: NcnnPlace, _ shape: [Dimension], _ order: [Int]
  ) throws -> NcnnPlace {
    var extents = shape
    var axes = order
    if shape.allSatisfy({ $0.value != nil }) {
      // Runs of axes that stay neighbours.
      var runs: [[Int]] = []
      for axis in order where shape[axis] != 1 {
        let before = runs.last?.last
        let next = before.map { last in shape.indices.first { $0 > last && shape[$0] != 1 } }
        if next == axis { runs[runs.count - 1].append(axis) } else { runs.append([axis]) }
      }
      let sorted = runs.sorted { $0[0] < $1[0] }
      extents = sorted.map { run in .fixed(run.reduce(1) { $0 * (shape[$1].value ?? 1) }) }
      axes = runs.map { run in sorted.firstIndex { $0[0] == run[0] } ?? 0 }
    } else if shape[0] == 1, order[0] == 0 {
      extents = Array(shape.dropFirst())
      axes = order.dropFirst().map { $0 - 1 }
    }
    if axes == Array(axes.indices) { return place }
    guard let number = number(of: axes) else { return try moved(node, place, node.fixed(extents), axes) }
    var parameters = NcnnParameters()
    parameters.set(0, number)
    let blob = try node.draft.blob(place, as: extents)
    return node.step("Permute", [blob], parameters, dimensions: axes.map { extents[$0] })
  }

  /// A place with more than four axes in another order. One axis is moved at a time, past all between its old place and
  /// its new one, until the others can be put in order at once.
  private static func moved(
    _ node: NcnnNode, _ place: NcnnPlace, _ extents: [Int], _ order: [Int]
  ) throws -> NcnnPlace {
    guard let target = order.indices.first(where: { order[$0] != $0 }) else { return place }
    let (from, axis) = (order[target], order[target])
    let groups = [
      Array(extents[..<target]).product, Array(extents[target..<from]).product, extents[axis],
      Array(extents[(from + 1)...]).product,
    ]
    let moved = try permuted(node, place, groups.map { .fixed($0) }, [0, 2, 1, 3])
    var rest = extents
    rest.insert(rest.remove(at: from), at: target)
    // What the axes are called after the move.
    var names = Array(extents.indices)
    names.insert(names.remove(at: from), at: target)
    let left = order.map { name in names.firstIndex(of: name) ?? 0 }
    return try permuted(node, moved, rest.map { .fixed($0) }, left)
  }

  private static let orders: [Int: [String]] = [
    2: ["WH", "HW"],
    3: ["WHC", "HWC", "WCH", "CWH", "HCW", "CHW"],
    4: [
      "WHDC", "HWDC", "WDHC", "DWHC", "HDWC", "DHWC", "WHCD", "HWCD", "WCHD", "CWHD", "HCWD", "CHWD", "WDCH", "DWCH",
      "WCDH", "CWDH", "DCWH", "CDWH", "HDCW", "DHCW", "HCDW", "CHDW", "DCHW", "CDHW",
    ],
  ]
  private static let letters: [Int: [Character]] = [2: ["H", "W"], 3: ["C", "H", "W"], 4: ["C", "D", "H", "W"]]

  /// The number of an order of the axes, the outermost first.
  private static func number(of order: [Int]) -> Int? {
    guard let letters = letters[order.count] else { return nil }
    let word = String(order.reversed().map { letters[$0] })
    return orders[order.count]?.firstIndex(of: word)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let rank = try layer.dimensions(input).count
    let number = try layer.int(0)
    if number == 0 || rank == 1 { return layer.define(input) }
    guard let letters = letters[rank], let words = orders[rank], words.indices.contains(number) else {
      throw ConversionError(.badInput, "order \(number) of \(rank) dimensions")
    }
    let order = words[number].reversed().map { (letters.firstIndex(of: $0) ?? 0) + 1 }
    try layer.write(Transpose(permutation: [0] + order), input)
  }
}

/// `Concat`.
enum NcnnConcat: NcnnLayerKind {
  static let types = ["Concat"]
  static let operators: [any Operator.Type] = [Concatenation.self]

  static func write(_ node: NcnnNode) throws {
    guard let concatenation = node.operator as? Concatenation else { return }
    let shape = try node.outputShape()
    let axis = try concatenation.axis.axis(ofRank: shape.count)
    if node.inputCount == 1 { return try node.pass(node.place(0)) }
    // Along a first axis the parts keep it though it has one element each.
    let dropped = axis == 0 ? 0 : shape.count - NcnnDraft.dimensions(shape).count
    let blobs = try (0..<node.inputCount).map { index in
      try node.blob(index, as: Array(node.shape(index).dropFirst(dropped)))
    }
    var parameters = NcnnParameters()
    parameters.set(0, axis - dropped)
    try node.write("Concat", blobs, parameters, dimensions: Array(shape.dropFirst(dropped)))
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let axis = try layer.int(0)
    let inputs = try layer.layer.inputs.indices.map { try layer.input($0) }
    let position = axis < 0 ? axis : axis + 1
    layer.define(
      try layer.source.apply(Concatenation(axis: position), inputs, name: layer.layer.outputs.first ?? "")[0])
  }
}

/// `Slice`, which cuts a blob into parts.
enum NcnnSlice: NcnnLayerKind {
  static let types = ["Slice"]
  static let operators: [any Operator.Type] = [Split.self]

  static func write(_ node: NcnnNode) throws {
    guard let split = node.operator as? Split else { return }
    guard let axis = try node.axis(split.axis) else { throw node.refusal("the batch is split") }
    let positive = try split.axis.axis(ofRank: node.shape(0).count)
    let outputs = node.node.outputs
    let isWide = try node.dimensions(0).count > 4
    let before = try isWide ? Array(node.fixedShape(0)[..<positive]).product : 1
    let after = try isWide ? Array(node.fixedShape(0)[(positive + 1)...]).product : 1
    var sizes: [Int] = []
    let places: [NcnnPlace?] = try outputs.indices.map { index in
      guard let id = outputs[index] else {
        throw node.refusal("output \(index) is not used, and its extent is not known")
      }
      var dimensions = try node.outputDimensions(index)
      if isWide { dimensions = try [.fixed(before), node.outputShape(index)[positive], .fixed(after)] }
      guard let size = try node.outputShape(index)[positive].value else {
        throw node.refusal("the extents of the parts must be known", remedy: .giveInputShape(input: nil))
      }
      sizes.append(size)
      return NcnnPlace(blob: node.draft.blobName(of: id), dimensions: dimensions)
    }
    if outputs.count == 1 { return try node.pass(node.place(0)) }
    var parameters = NcnnParameters()
    parameters.set(0, sizes)
    parameters.set(1, isWide ? 1 : axis)
    let whole: [Dimension]? = try isWide ? [.fixed(before), node.shape(0)[positive], .fixed(after)] : nil
    node.write("Slice", [try node.blob(0, as: whole)], parameters, outputs: places)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let dimensions = try layer.dimensions(input)
    let axis = try layer.int(1).axis(ofRank: dimensions.count)
    let count = layer.layer.outputs.count
    var sizes = try layer.ints(0) ?? []
    if let cuts = try layer.ints(2), !cuts.isEmpty {
      guard let extent = dimensions[axis].value, cuts.count == count - 1 else {
        throw layer.refusal("cuts \(cuts) of an extent that is not known")
      }
      let ends = cuts.map { $0 < 0 ? $0 + extent : $0 } + [extent]
      sizes = zip(ends, [0] + ends).map { $0 - $1 }
    }
    guard sizes.count == count else { throw ConversionError(.badInput, "\(sizes.count) parts for \(count) outputs") }
    if sizes.contains(-233) {
      guard let extent = dimensions[axis].value else {
        throw layer.refusal("equal parts of an extent that is not known")
      }
      var position = 0
      for index in sizes.indices {
        if sizes[index] == -233 { sizes[index] = (extent - position) / (count - index) }
        position += sizes[index]
      }
    }
    let parts = try layer.source.apply(
      Split(axis: axis + 1), [input, layer.integers(sizes)], name: layer.layer.name, count: count)
    for (index, part) in parts.enumerated() { layer.define(part, index) }
  }
}

/// `Tile`, for repeats and for shapes that are filled up.
enum NcnnTile: NcnnLayerKind {
  static let types = ["Tile"]
  static let operators: [any Operator.Type] = [Tile.self, Expand.self]

  static func write(_ node: NcnnNode) throws {
    let result = try node.fixed(node.outputShape())
    let shape = try node.fixedShape(0)
    let before = Array(repeating: 1, count: result.count - shape.count) + shape
    let repeats = zip(result, before).map { $1 == 0 ? 1 : $0 / $1 }
    if repeats.allSatisfy({ $0 == 1 }) { return try node.pass(node.place(0)) }
    let drops = result.count > 1 && result[0] == 1
    let source = drops ? Array(before.dropFirst()) : before
    var parameters = NcnnParameters()
    parameters.set(2, drops ? Array(repeats.dropFirst()) : repeats)
    try node.write("Tile", [node.blob(0, as: source.map { .fixed($0) })], parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let rank = try layer.dimensions(input).count
    var repeats = [Int](repeating: 1, count: rank)
    let (axis, tiles) = (try layer.int(0), try layer.int(1, default: 1))
    if let given = try layer.ints(2), !given.isEmpty {
      guard given.count <= rank else { throw layer.refusal("more repeats than dimensions") }
      repeats.replaceSubrange((rank - given.count)..., with: given)
    } else {
      repeats[try axis.axis(ofRank: rank)] = tiles
    }
    try layer.write(Tile(), input, layer.integers([1] + repeats))
  }
}
