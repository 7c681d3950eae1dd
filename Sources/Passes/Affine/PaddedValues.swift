import CNNGraphs
import CNNOperators
import CNNTensors

/// Reads a zero padding whose border is then overwritten, element by element, with a constant for each channel: the way
/// exporters write down an assignment to the margins of a padded tensor.
struct PaddedValues {
  private let view: GraphView
  /// Larger tensors are not looked through element by element.
  private static let most = 1 << 22
  /// Four assignments for each axis, with a transposition around each, come to fewer nodes.
  private static let longestChain = 64

  private let computed: ComputedConstants

  init(_ view: GraphView) {
    self.view = view
    computed = ComputedConstants(view, mostBytes: 8 * Self.most)
  }

  /// The map of the padding's input that ends in a node; `nil` if there is none.
  func reading(at index: Int) throws -> AffineReader.Reading? {
    guard view.graph.nodes[index].operator is ScatterND || view.graph.nodes[index].operator is Transpose else {
      return nil
    }
    // The nodes from the padding to this one, the last first.
    var chain: [Int] = []
    var current = index
    while view.graph.nodes[current].operator is ScatterND || view.graph.nodes[current].operator is Transpose {
      let node = view.graph.nodes[current]
      chain.append(current)
      guard let data = node.inputs[0], view.soleUser(data) == current, let next = view.producer(data),
        chain.count <= Self.longestChain,
        node.inputs.dropFirst().allSatisfy({ $0.map { computed.tensor($0) != nil } ?? false })
      else { return nil }
      current = next
    }
    let node = view.graph.nodes[current]
    guard chain.contains(where: { view.graph.nodes[$0].operator is ScatterND }),
      let padding = node.operator as? Padding,
      padding.mode == .constant, let input = node.inputs[0], let pads = view.integers(node, 1),
      let output = node.outputs[0], view.elementType(output)?.isFloatingPoint == true,
      let shape = view.graph[output].type.tensor?.fixedShape, shape.count > 2, pads.count == 2 * shape.count,
      view.graph.nodes[index].outputs[0].flatMap({ view.graph[$0].type.tensor?.fixedShape }) == shape,
      node.inputs.count < 4 || node.inputs[3] == nil, shape.reduce(1.0, { $0 * Double($1) }) <= Double(Self.most)
    else { return nil }
    let rank = shape.count
    guard [pads[0], pads[1], pads[rank], pads[rank + 1]].allSatisfy({ $0 == 0 }),
      pads.allSatisfy({ (0...AffineAxis.largest).contains($0) }), shape[0] > 0
    else { return nil }
    let around = node.inputs.count > 2 && node.inputs[2] != nil ? view.scalar(node.inputs[2]) : 0
    guard let around, let values = try values(behind: chain.reversed(), around, shape, pads) else { return nil }
    let axes = (2..<rank).map { AffineAxis(padBegin: pads[$0], padEnd: pads[$0 + rank]) }
    return AffineReader.Reading(
      map: AffineMap(padding: values, axes: axes), input: input, nodes: Set(chain).union([current]))
  }

  /// The value around each channel; `nil` if it is not the same everywhere, or if something inside is written.
  ///
  /// The nodes run on two tensors that hold other numbers at every index: what is the same in both has been written,
  /// and what is not must stand where it stood.
  private func values(behind chain: [Int], _ around: Double, _ shape: [Int], _ pads: [Int]) throws -> [Double]? {
    let count = shape.reduce(1, *)
    let runs = try [1.0, -1.0].map { sign in
      var data = try Tensor((0..<count).map { sign * Double($0 + 1) }, shape: shape)
      for index in chain {
        let node = view.graph.nodes[index]
        let others = try node.inputs.dropFirst().map { id -> RuntimeValue? in
          guard let tensor = id.flatMap({ computed.tensor($0) }) else { return nil }
          return .tensor(tensor.elementType.isFloatingPoint ? try tensor.converted(to: .float64) : tensor)
        }
        guard
          let made = try node.operator.evaluateCharged(EvaluationContext(inputs: [.tensor(data)] + others)).first?
            .tensor
        else { return [Double]() }
        data = made
      }
      return try data.values(as: Double.self)
    }
    guard runs.allSatisfy({ $0.count == count }) else { return nil }
    let (rank, plane) = (shape.count, shape[2...].reduce(1, *))
    var values = [Double?](repeating: nil, count: shape[1])
    for index in 0..<count {
      var rest = index % plane
      var isInside = true
      for axis in (2..<rank).reversed() {
        let index = rest % shape[axis]
        rest /= shape[axis]
        isInside = isInside && index >= pads[axis] && index < shape[axis] - pads[rank + axis]
      }
      let isUntouched = runs[0][index] == Double(index + 1) && runs[1][index] == -Double(index + 1)
      if isInside {
        guard isUntouched else { return nil }
        continue
      }
      guard isUntouched || runs[0][index] == runs[1][index] else { return nil }
      let value = isUntouched ? around : runs[0][index]
      let channel = index / plane % shape[1]
      guard values[channel] == nil || values[channel] == value, value.isFinite else { return nil }
      values[channel] = value
    }
    return values.map { $0 ?? 0 }
  }
}
