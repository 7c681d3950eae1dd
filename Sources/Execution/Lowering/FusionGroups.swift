import CKernels
import CNNGraphs
import CNNOperators

/// Finds the groups of a graph whose shapes are all known.
struct FusionGroups {
  let graph: Graph
  let index: GraphIndex
  private var taken: Set<Int> = []

  init(_ graph: Graph) { (self.graph, index) = (graph, GraphIndex(graph)) }

  /// The groups in the order in which they run; a node that no kernel covers is in none.
  mutating func find() -> [FusionGroup] {
    var groups: [FusionGroup] = []
    // From the back: of two convolutions that are added the later one takes the sum, with the other's result as residual.
    for index in graph.nodes.indices.reversed() where !taken.contains(index) {
      let role = role(of: index)
      if role == .convolution || role == .product, let group = group(of: index, role) { groups.append(group) }
    }
    // What cannot be in a chain takes its activation before a chain does.
    groups += findPairs { !Lowerings.isChainable($0) }
    groups += findChains()
    groups += findPairs { _ in true }
    return groups.sorted { $0.position < $1.position }
  }

  private mutating func findPairs(_ isWanted: (Node) -> Bool) -> [FusionGroup] {
    var groups: [FusionGroup] = []
    for index in graph.nodes.indices where !taken.contains(index) && role(of: index) == .elementwise {
      if isWanted(graph.nodes[index]), let group = group(of: index, .elementwise) { groups.append(group) }
    }
    return groups
  }

  func isTaken(_ index: Int) -> Bool { taken.contains(index) }

  mutating func take(_ nodes: [Int]) { taken.formUnion(nodes) }

  /// The only reader of a value that is no output.
  func onlyReader(of id: ValueID) -> Int? { index.onlyReader(of: id) }

  private func role(of index: Int) -> FusionRole { Lowerings.role(of: graph.nodes[index]) }

  private mutating func group(of index: Int, _ role: FusionRole) -> FusionGroup? {
    let node = graph.nodes[index]
    guard let input = node.inputs.first ?? nil, let output = node.outputs.first ?? nil, isFloat(input) else {
      return nil
    }
    var group = FusionGroup(main: index, input: input, output: output)
    if role == .convolution {
      takeResidual(&group)
      takePrologue(&group, node)
    }
    if role == .product {
      takeFactor(&group)
      takeAddend(&group)
    }
    takeActivation(&group)
    takeQuantization(&group)
    if role == .elementwise, group.members.count == 1 { return nil }
    taken.formUnion(group.members)
    return group
  }

  private mutating func takeActivation(_ group: inout FusionGroup) {
    guard let reader = onlyReader(of: group.output), !taken.contains(reader),
      let activation = cnn_activation(graph.nodes[reader], in: graph), let output = graph.nodes[reader].outputs[0]
    else { return }
    group.activation = activation
    group.members.append(reader)
    group.output = output
  }

  /// A number that all results of a product are multiplied or divided by.
  private mutating func takeFactor(_ group: inout FusionGroup) {
    guard let (reader, other, isFirst) = constantPartner(of: group.output),
      let number = graph[other].constant, number.count == 1,
      let value = try? number.values(as: Float.self).first, value.isFinite, value != 0
    else { return }
    switch graph.nodes[reader].operator {
    case is Multiply: group.factor = value
    // Only the division by a power of two is a multiplication, to the last bit; others are as near as any rounding.
    case is Divide where isFirst && (1 / value).isNormal: group.factor = 1 / value
    default: return
    }
    take(reader, into: &group)
  }

  /// A row that is added to each row of a product.
  private mutating func takeAddend(_ group: inout FusionGroup) {
    guard let main = shape(group.output), let columns = main.last,
      graph.nodes[group.main].inputs.count < 3 || graph.nodes[group.main].inputs[2] == nil,
      let (reader, other, _) = constantPartner(of: group.output), graph.nodes[reader].operator is Add,
      let shape = shape(other), shape.last ?? 1 == columns || shape.last ?? 1 == 1,
      shape.dropLast().allSatisfy({ $0 == 1 })
    else { return }
    group.addend = other
    take(reader, into: &group)
  }

  /// The only reader of a value if it joins it with a constant of single precision and leaves its shape.
  private func constantPartner(of id: ValueID) -> (reader: Int, constant: ValueID, isFirst: Bool)? {
    guard let reader = onlyReader(of: id), !taken.contains(reader) else { return nil }
    let inputs = graph.nodes[reader].inputs
    guard inputs.count == 2, let a = inputs[0], let b = inputs[1], a != b, let output = graph.nodes[reader].outputs[0],
      shape(output) == shape(id), graph[a == id ? b : a].constant?.elementType == .float32
    else { return nil }
    return (reader, a == id ? b : a, a == id)
  }

  private func take(_ reader: Int, into group: inout FusionGroup) {
    guard let output = graph.nodes[reader].outputs[0] else { return }
    group.members.append(reader)
    group.output = output
  }

  /// Numbers brought to those that an integer type stands for, and back.
  private mutating func takeQuantization(_ group: inout FusionGroup) {
    guard let reader = onlyReader(of: group.output), !taken.contains(reader),
      let (quantization, restoring, output) = quantization(from: reader), !taken.contains(restoring),
      let activation = quantization.following(group.activation)
    else { return }
    group.activation = activation
    group.members += [reader, restoring]
    group.output = output
  }

  /// What a node and the only reader of its result do if they quantize and restore.
  func quantization(from index: Int) -> (cnn_activation, restoring: Int, output: ValueID)? {
    guard graph.nodes[index].operator is QuantizeLinear, let whole = graph.nodes[index].outputs[0],
      let restoring = onlyReader(of: whole), let output = graph.nodes[restoring].outputs[0],
      let activation = cnn_activation(quantizing: graph.nodes[index], graph.nodes[restoring], in: graph)
    else { return nil }
    return (activation, restoring, output)
  }

  private mutating func takeResidual(_ group: inout FusionGroup) {
    guard let reader = onlyReader(of: group.output), !taken.contains(reader) else { return }
    let node = graph.nodes[reader]
    guard node.operator is Add, let output = node.outputs[0], node.inputs.count == 2, let a = node.inputs[0],
      let b = node.inputs[1], a != b
    else { return }
    let other = a == group.output ? b : a
    guard !graph[other].isConstant, let shape = shape(other),
      ImageShape(shape, ranks: ImageShape.windowedRanks) != nil,
      shape == self.shape(group.output)
    else { return }
    group.residual = other
    group.members.append(reader)
    group.output = output
  }

  /// A normalization or gate in front of a convolution that reads each pixel once.
  private mutating func takePrologue(_ group: inout FusionGroup, _ node: Node) {
    guard let convolution = node.operator as? Convolution, convolution.groups == 1, let weights = node.inputs[1],
      let kernel = graph[weights].constant?.shape, let kernelShape = ImageShape(kernel), kernelShape.pixels == 1,
      (convolution.window.pads ?? []).allSatisfy({ $0 == 0 }), convolution.window.autoPad == .explicit,
      let shape = shape(group.input), let image = ImageShape(shape), image.pixels > 1,
      let producer = index.producer(of: group.input), onlyReader(of: group.input) == group.main,
      !taken.contains(producer)
    else { return }
    let before = graph.nodes[producer]
    if before.operator is Multiply {
      guard let a = before.inputs[0], let b = before.inputs[1], a != b else { return }
      for (data, gate) in [(a, b), (b, a)] where self.shape(data) == shape && !graph[data].isConstant {
        guard let extent = self.shape(gate), extent == image.pixelShape.extents, !graph[gate].isConstant else {
          continue
        }
        group.prologue = .gate(gate)
        group.input = data
        group.members.append(producer)
        return
      }
      return
    }
    var normalization = producer
    var clips = false
    if before.operator is Relu, let id = before.inputs[0], onlyReader(of: id) == producer,
      let earlier = index.producer(of: id), !taken.contains(earlier)
    {
      (normalization, clips) = (earlier, true)
    }
    guard let affine = affine(of: normalization), affine.scale.count == shape[1],
      let input = graph.nodes[normalization].inputs[0]
    else { return }
    group.prologue = .affine(scale: affine.scale, shift: affine.shift, clips: clips)
    group.input = input
    group.members += clips ? [producer, normalization] : [producer]
  }

  /// The normalization's factor and addend for each channel; `nil` if it is none that they can say.
  func affine(of index: Int) -> (scale: [Float], shift: [Float])? {
    let node = graph.nodes[index]
    guard let operation = node.operator as? BatchNormalization, !operation.isTraining, operation.isSpatial,
      node.inputs.count == 5
    else { return nil }
    let constants = node.inputs[1...].compactMap { id -> [Double]? in
      guard let id, let constant = graph[id].constant else { return nil }
      return try? constant.values(as: Double.self)
    }
    guard constants.count == 4, let count = constants.first?.count, constants.allSatisfy({ $0.count == count }) else {
      return nil
    }
    let (scale, shift) = operation.channelAffine(
      gamma: constants[0], beta: constants[1], mean: constants[2], variance: constants[3])
    let numbers = (scale: scale.map { Float($0) }, shift: shift.map { Float($0) })
    // An infinite factor takes the addend with it: `x · ∞ + (β - mean · ∞)` is NaN if `(x - mean) · ∞ + β` is not.
    return (numbers.scale + numbers.shift).allSatisfy(\.isFinite) ? numbers : nil
  }

  func shape(_ id: ValueID) -> [Int]? { graph[id].type.tensor?.fixedShape }

  func isFloat(_ id: ValueID) -> Bool { graph[id].type.tensor?.elementType == .float32 }
}
