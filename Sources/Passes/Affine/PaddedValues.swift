import CNNGraphs
import CNNOperators
import CNNTensors

/// Reads a zero padding whose border is then overwritten, place by place, with a constant for each channel: the way
/// exporters write down an assignment to the margins of a padded tensor.
struct PaddedValues {
  private let view: GraphView
  /// Larger tensors are not looked through place by place.
  private static let most = 1 << 22

  init(_ view: GraphView) { self.view = view }

  /// The map of the padding's input that ends in a node; `nil` where there is none.
  func reading(at place: Int) throws -> AffineReader.Reading? {
    var nodes: Set<Int> = []
    var scatters: [Node] = []
    var current = place
    while let scatter = view.graph.nodes[current].operator as? ScatterND, scatter.reduction == .none {
      let node = view.graph.nodes[current]
      nodes.insert(current)
      scatters.append(node)
      guard let data = node.inputs[0], view.soleUser(data) == current, let next = view.producer(data) else { return nil }
      current = next
    }
    let node = view.graph.nodes[current]
    guard !scatters.isEmpty, let padding = node.operator as? Padding, padding.mode == .constant,
      let input = node.inputs[0], let pads = view.integers(node, 1),
      let output = node.outputs[0], let shape = view.graph[output].type.tensor?.fixedShape, shape.count > 2, pads.count == 2 * shape.count,
      node.inputs.count < 4 || node.inputs[3] == nil, shape.reduce(1.0, { $0 * Double($1) }) <= Double(Self.most)
    else { return nil }
    let rank = shape.count
    guard [pads[0], pads[1], pads[rank], pads[rank + 1]].allSatisfy({ $0 == 0 }),
      pads.allSatisfy({ (0...AffineAxis.largest).contains($0) }), shape[0] > 0
    else { return nil }
    let around = node.inputs.count > 2 && node.inputs[2] != nil ? view.scalar(node.inputs[2]) : 0
    guard let around else { return nil }
    nodes.insert(current)
    guard let written = try written(by: scatters.reversed(), shape), let values = values(written, around, shape, pads)
    else { return nil }
    let axes = (2..<rank).map { AffineAxis(padBegin: pads[$0], padEnd: pads[$0 + rank]) }
    return AffineReader.Reading(map: AffineMap(padding: values, axes: axes), input: input, nodes: nodes)
  }

  /// What is written at each place; NaN where nothing is.
  private func written(by scatters: [Node], _ shape: [Int]) throws -> [Double]? {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    var values = [Double](repeating: .nan, count: shape.reduce(1, *))
    for node in scatters {
      guard let places = view.constant(node, 1), let updates = view.constant(node, 2), let depth = places.shape.last,
        (1...shape.count).contains(depth), updates.elementType.isFloatingPoint, places.elementType.isInteger
      else { return nil }
      let block = shape[depth...].reduce(1, *)
      let (indices, numbers) = (try places.values(as: Int64.self), try updates.values(as: Double.self))
      guard numbers.count == indices.count / depth * block else { return nil }
      for tuple in 0..<indices.count / depth {
        var start = 0
        for axis in 0..<depth {
          let raw = indices[tuple * depth + axis]
          let index = raw < 0 ? raw + Int64(shape[axis]) : raw
          guard index >= 0, index < shape[axis] else { return nil }
          start += Int(index) * strides[axis]
        }
        for offset in 0..<block { values[start + offset] = numbers[tuple * block + offset] }
      }
    }
    return values
  }

  /// The value around each channel; `nil` where it is not the same everywhere, or where something inside is written.
  private func values(_ written: [Double], _ around: Double, _ shape: [Int], _ pads: [Int]) -> [Double]? {
    let (rank, plane) = (shape.count, shape[2...].reduce(1, *))
    var values = [Double?](repeating: nil, count: shape[1])
    for place in written.indices {
      var rest = place % plane
      var isInside = true
      for axis in (2..<rank).reversed() {
        let index = rest % shape[axis]
        rest /= shape[axis]
        isInside = isInside && index >= pads[axis] && index < shape[axis] - pads[rank + axis]
      }
      let value = written[place]
      if isInside {
        guard value.isNaN else { return nil }
        continue
      }
      let channel = place / plane % shape[1]
      let stands = value.isNaN ? around : value
      guard values[channel] == nil || values[channel] == stands, stands.isFinite else { return nil }
      values[channel] = stands
    }
    return values.map { $0 ?? 0 }
  }
}
