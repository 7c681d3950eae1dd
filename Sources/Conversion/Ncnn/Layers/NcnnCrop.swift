import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Crop`: parts of a blob. Steps larger than one are a crop of what is reshaped into rows of as many elements.
enum NcnnCrop: NcnnLayerKind {
  static let types = ["Crop"]
  static let operators: [any Operator.Type] = [Slicing.self, Gather.self]

  static func write(_ node: NcnnNode) throws {
    if let gather = node.operator as? Gather { return try write(gather, node) }
    guard let starts = try node.integers(1, "starts"), let ends = try node.integers(2, "ends") else { return }
    let shape = try node.shape(0)
    let axes = try (node.integers(3, "axes") ?? Array(starts.indices)).axes(ofRank: shape.count)
    let steps = try node.integers(4, "steps") ?? starts.map { _ in 1 }
    var place = try node.place(0)
    var extents = shape
    for (index, axis) in axes.enumerated() {
      guard let extent = shape[axis].value else {
        throw node.refusal("the extent of axis \(axis) must be known", remedy: .giveInputShape(input: nil))
      }
      let range = try SliceRange(from: starts[index], to: ends[index], by: steps[index], of: extent)
      if range.count == extent, range.step == 1 { continue }
      guard range.step > 0, range.count > 0 else { throw node.refusal("a slice in steps of \(steps[index])") }
      place = try taken(node, place, extents, axis, range)
      extents[axis] = .fixed(range.count)
    }
    try node.pass(place)
  }

  /// One index, or several in a row.
  private static func write(_ gather: Gather, _ node: NcnnNode) throws {
    let tensor = try node.requiredConstant(1, "indices")
    let shape = try node.shape(0)
    let axis = try gather.axis.axis(ofRank: shape.count)
    guard let extent = shape[axis].value else {
      throw node.refusal("the extent of axis \(axis) must be known", remedy: .giveInputShape(input: nil))
    }
    let indices = try tensor.values(as: Int64.self).map(Int.init).indices(in: extent)
    let place = try node.place(0)
    let runs = try runs(of: indices, in: extent, node)
    if runs.count == 1 {
      return try node.pass(runs[0].count == extent ? place : taken(node, place, shape, axis, runs[0]))
    }
    if let groups = shuffle(indices, in: extent), let dimension = try node.axis(axis), dimension == 0 {
      var parameters = NcnnParameters()
      parameters.set(0, groups)
      return try node.write("ShuffleChannel", [node.blob(0)], parameters)
    }
    let drops = axis > 0 && shape[0] == 1 ? 1 : 0
    var dimensions = Array(shape.dropFirst(drops))
    let parts = try runs.map { run in
      dimensions[axis - drops] = .fixed(run.count)
      return try node.draft.blob(taken(node, place, shape, axis, run), as: dimensions)
    }
    dimensions[axis - drops] = .fixed(indices.count)
    var parameters = NcnnParameters()
    parameters.set(0, axis - drops)
    try node.pass(node.step("Concat", parts, parameters, dimensions: dimensions))
  }

  /// The number of groups in which channels are shuffled if indices say so.
  private static func shuffle(_ indices: [Int], in extent: Int) -> Int? {
    guard indices.count == extent, extent > 2, indices[0] == 0, indices[1] > 1, extent % indices[1] == 0 else {
      return nil
    }
    let each = indices[1]
    let groups = extent / each
    return indices.indices.allSatisfy { indices[$0] == ($0 % groups) * each + $0 / groups } ? groups : nil
  }

  /// Evenly spaced runs that indices consist of.
  private static func runs(of indices: [Int], in extent: Int, _ node: NcnnNode) throws -> [SliceRange] {
    var runs: [SliceRange] = []
    var start = 0
    while start < indices.count {
      var end = start + 1
      let step = end < indices.count ? max(indices[end] - indices[start], 1) : 1
      while end < indices.count, indices[end] - indices[end - 1] == step { end += 1 }
      runs.append(try SliceRange(from: indices[start], to: indices[end - 1] + 1, by: step, of: extent))
      start = end
    }
    guard (1...1024).contains(runs.count) else { throw node.refusal("\(runs.count) runs of evenly spaced indices") }
    return runs
  }

  /// The elements of a range along an axis.
  private static func taken(
    _ node: NcnnNode, _ place: NcnnPlace, _ shape: [Dimension], _ axis: Int, _ range: SliceRange
  ) throws -> NcnnPlace {
    let drops = axis > 0 && shape[0] == 1
    let dimensions = drops ? Array(shape.dropFirst()) : shape
    let position = drops ? axis - 1 : axis
    if range.step == 1, dimensions.count <= 4 {
      return try crop(node, place, dimensions, position, range.first, range.count)
    }
    let extents = try node.fixed(shape)
    let (outer, inner) = (Array(extents[..<axis]).product, Array(extents[(axis + 1)...]).product)
    if range.step == 1 {
      return try crop(node, place, [.fixed(outer), .fixed(extents[axis]), .fixed(inner)], 1, range.first, range.count)
    }
    // Rows of `step` elements, of which the first is taken; what the last row lacks is filled up.
    var place = NcnnPlace(
      blob: try node.draft.blob(place, as: [.fixed(outer), .fixed(extents[axis]), .fixed(inner)]),
      dimensions: [.fixed(outer), .fixed(extents[axis]), .fixed(inner)])
    let length = range.count * range.step
    let missing = range.first + length - extents[axis]
    if missing > 0 {
      guard let pads = NcnnPadding.parameters(before: [0, 0, 0], after: [0, missing, 0], value: 0) else { return place }
      let dimensions: [Dimension] = [.fixed(outer), .fixed(extents[axis] + missing), .fixed(inner)]
      place = node.step("Padding", [place.blob], pads, dimensions: dimensions)
    }
    if range.first > 0 || range.first + length < extents[axis] {
      place = try crop(node, place, place.dimensions, 1, range.first, length)
    }
    let rows: [Dimension] = [.fixed(outer), .fixed(range.count), .fixed(range.step), .fixed(inner)]
    place = NcnnPlace(blob: try node.draft.blob(place, as: rows), dimensions: rows)
    return try crop(node, place, rows, 2, 0, 1)
  }

  private static func crop(
    _ node: NcnnNode, _ place: NcnnPlace, _ dimensions: [Dimension], _ axis: Int, _ first: Int, _ count: Int
  ) throws -> NcnnPlace {
    var parameters = NcnnParameters()
    parameters.set(9, [first])
    parameters.set(10, [first + count])
    parameters.set(11, [axis])
    var result = dimensions
    result[axis] = .fixed(count)
    return node.step("Crop", [try node.draft.blob(place, as: dimensions)], parameters, dimensions: result)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let dimensions = try layer.dimensions(input)
    let all = Int(Int32.max)
    var (starts, ends, axes): ([Int], [Int], [Int]) = ([], [], [])
    if let first = try layer.ints(9), let last = try layer.ints(10), !first.isEmpty {
      axes = try layer.ints(11) ?? Array(first.indices)
      guard last.count == first.count, axes.count == first.count else {
        throw ConversionError(.badInput, "\(first.count) starts, \(last.count) ends and \(axes.count) axes")
      }
      starts = first.map { $0 == -233 ? 0 : $0 }
      ends = last.map { $0 == -233 ? all : $0 }
      axes = try axes.axes(ofRank: dimensions.count)
    } else {
      guard layer.inputCount == 1 else { throw layer.refusal("a crop to the size of another blob") }
      // Offset, size and what is left over at the end, of the innermost dimension first.
      let ids = [(0, 3, 6), (1, 4, 7), (13, 14, 15), (2, 5, 8)]
      let used: [Int] =
        dimensions.count == 4
        ? [3, 2, 1, 0] : dimensions.count == 3 ? [3, 1, 0] : dimensions.count == 2 ? [1, 0] : [0]
      for (axis, position) in used.enumerated() {
        let (id, size) = (ids[position], try layer.int(ids[position].1))
        let (offset, rest) = (try layer.int(id.0), try layer.int(id.2))
        axes.append(axis)
        starts.append(offset)
        ends.append(size > 0 ? offset + size : rest > 0 ? -rest : all)
      }
    }
    try layer.write(
      Slicing(), input, layer.integers(starts), layer.integers(ends), layer.integers(axes.map { $0 + 1 }))
  }
}
