import CNNGraphs
import CNNOperators
import CNNTensors

/// Moves a scale by channel through nodes that treat channels alike, until linear maps take it into their weights.
///
/// It collects the patch as it goes; if it throws, nothing has happened.
struct ScaleMover {
  private let view: GraphView
  private var patch = Patch(removing: [])
  private var makers: [() throws -> [Tensor]] = []
  private var constantCount = 0
  private var steps = 0

  /// A scale reaches over this many nodes at most.
  private static let mostSteps = 256

  init(_ view: GraphView) { self.view = view }

  // MARK: Into what comes before

  /// The patch that takes a node's scale into the linear maps that make its input.
  static func backward(_ scale: ChannelScale, at index: Int, in view: GraphView) throws -> Patch {
    var mover = ScaleMover(view)
    mover.patch.removed.insert(index)
    guard let output = view.graph.nodes[index].outputs[0] else {
      throw Refusal.fit(.leftOut(node: view.graph.describe(view.graph.nodes[index])))
    }
    _ = try mover.scaled(scale.input, readBy: index, scale.scale, scale.shift, as: .value(output))
    return mover.finished()
  }

  /// Makes `scale · value + shift` in place of a value that one node reads.
  private mutating func scaled(
    _ id: ValueID, readBy reader: Int, _ scale: [Double], _ shift: [Double], as output: Patch.Output? = nil
  ) throws -> Patch.Operand {
    let name = view.graph[id].name
    guard let index = view.producer(id) else { throw Refusal.fit(.notMade(name)) }
    try view.requireUnused(id) { $0 == reader }
    try step(index)
    let node = view.graph.nodes[index]
    let result = output ?? .new(hint: "\(name).scaled", view.graph[id].type)
    if let target = try ScaleTarget(index, in: view) {
      guard let data = node.inputs[0] else { throw Refusal.fit(.leftOut(node: view.graph.describe(node))) }
      return add(node, try target.followed(byScale: scale, shift: shift), reading: .value(data), result)
    }
    let graph = view.graph
    func input(_ mover: inout ScaleMover, _ position: Int, _ scale: [Double], _ shift: [Double]) throws -> Patch.Operand
    {
      guard let value = node.inputs[position] else { throw Refusal.fit(.leftOut(node: graph.describe(node))) }
      return try mover.scaled(value, readBy: index, scale, shift)
    }
    if try rewriteNormalization(
      node, into: result, reading: node.inputs[0].map(Patch.Operand.value),
      { gamma, beta in
        (zip(gamma, scale).map(*), zip(zip(beta, scale).map(*), shift).map(+))
      }, channels: scale.count)
    {
      return .made(patch.added.count - 1)
    }
    switch node.operator {
    case let concatenation as Concatenation where isChannelAxis(concatenation.axis, node):
      var operands: [Patch.Operand?] = []
      var start = 0
      for (position, value) in node.inputs.enumerated() {
        guard let value else { throw Refusal.fit(.leftOut(node: view.graph.describe(node))) }
        let name = view.graph[value].name
        guard let channels = view.channels(value) else { throw Refusal.fit(.unknownExtents(of: name)) }
        guard node.inputs.filter({ $0 == value }).count == 1 else { throw Refusal.inUse(.twice(name)) }
        let range = start..<start + channels
        guard range.upperBound <= scale.count else { throw Refusal.fit(.channels) }
        operands.append(try input(&self, position, Array(scale[range]), Array(shift[range])))
        start += channels
      }
      return add(node, operands, result)
    case is Add, is Sum:
      // The shift goes into the first of them.
      guard Set(node.inputs).count == node.inputs.count,
        node.inputs.allSatisfy({ view.shape($0) != nil && view.shape($0) == view.shape(id) })
      else { throw Refusal.fit(.broadcasts(node: view.graph.describe(node))) }
      var operands: [Patch.Operand?] = []
      for position in node.inputs.indices {
        let summand = position == 0 ? shift : Array(repeating: 0, count: shift.count)
        operands.append(try input(&self, position, scale, summand))
      }
      return add(node, operands, result)
    default:
      try checkPassage(node, scale, shift)
      let inner = try input(&self, 0, scale, shift)
      return add(node, [inner] + node.inputs.dropFirst().map { $0.map(Patch.Operand.value) }, result)
    }
  }

  // MARK: Into what comes behind

  /// The patch that takes a node's scale into all linear maps that read its result.
  static func forward(_ scale: ChannelScale, at index: Int, in view: GraphView) throws -> Patch {
    var mover = ScaleMover(view)
    mover.patch.removed.insert(index)
    guard let output = view.graph.nodes[index].outputs[0] else {
      throw Refusal.fit(.leftOut(node: view.graph.describe(view.graph.nodes[index])))
    }
    try mover.pass(output, as: .value(scale.input), scale.scale, scale.shift)
    return mover.finished()
  }

  /// Lets every reader of a value read `operand` instead, of which the value is `scale` times and `shift` more.
  private mutating func pass(
    _ id: ValueID, as operand: Patch.Operand, _ scale: [Double], _ shift: [Double]
  ) throws {
    let name = view.graph[id].name
    if view.isOutput(id) { throw Refusal.inUse(.output(name)) }
    guard !view.users(id).isEmpty else { throw Refusal.fit(.unread(name)) }
    for index in view.users(id) {
      let node = view.graph.nodes[index]
      try step(index)
      guard node.inputs.first == id, node.inputs.dropFirst().allSatisfy({ $0 != id }) || node.operator is Concatenation,
        let output = node.outputs.first ?? nil, !node.captures.contains(id)
      else { throw Refusal.fit(.operand(name, node: view.graph.describe(node))) }
      if let target = try ScaleTarget(index, in: view) {
        _ = add(node, try target.preceded(byScale: scale, shift: shift), reading: operand, .value(output))
        continue
      }
      if try passNormalization(node, operand, output, scale, shift) { continue }
      let (wide, summand) = try scaleBehind(node, scale, shift)
      let new = Patch.Output.new(hint: "\(view.graph[output].name).unscaled", view.graph[output].type)
      let made = add(node, [operand] + node.inputs.dropFirst().map { $0.map(Patch.Operand.value) }, new)
      try pass(output, as: made, wide, summand)
    }
  }

  /// The scale behind a node that passes it on: the same one, or one for each position of a flattened channel.
  private func scaleBehind(_ node: Node, _ scale: [Double], _ shift: [Double]) throws -> ([Double], [Double]) {
    if node.operator is Flatten || node.operator is Reshape || node.operator is Squeeze,
      let before = view.shape(node.inputs[0]), let after = view.shape(node.outputs[0]), before.count > 2,
      after.count == 2, before[0] == after[0], let features = after[1].value, features % scale.count == 0,
      before[1].value == scale.count
    {
      let positions = features / scale.count
      guard before[2...].reduce(1, { $0 * ($1.value ?? 0) }) == positions else {
        throw Refusal.fit(.unknownExtents(of: node.inputs[0].map { view.graph[$0].name } ?? ""))
      }
      return (
        scale.flatMap { Array(repeating: $0, count: positions) },
        shift.flatMap { Array(repeating: $0, count: positions) }
      )
    }
    try checkPassage(node, scale, shift)
    return (scale, shift)
  }

  /// `γ' ((s x + t) - μ) / σ + β`, written with the same mean and variance.
  private mutating func passNormalization(
    _ node: Node, _ operand: Patch.Operand, _ output: ValueID, _ scale: [Double], _ shift: [Double]
  ) throws -> Bool {
    guard let normalization = node.operator as? BatchNormalization, let own = try ChannelScale(of: node, in: view),
      let gamma = try view.constant(node, 1)?.values(as: Double.self),
      let mean = try view.constant(node, 3)?.values(as: Double.self)
    else { return false }
    _ = normalization
    return try rewriteNormalization(
      node, into: .value(output), reading: operand,
      { _, beta in
        let factors = zip(gamma, scale).map(*)
        let summands = beta.indices.map { beta[$0] + own.scale[$0] * (shift[$0] - mean[$0] + scale[$0] * mean[$0]) }
        return (factors, summands)
      }, channels: scale.count)
  }

  // MARK: What both have in common

  private mutating func step(_ index: Int) throws {
    steps += 1
    guard steps <= Self.mostSteps else { throw Refusal.cost(.distance(limit: Self.mostSteps)) }
    guard patch.removed.insert(index).inserted else {
      throw Refusal.inUse(.twoWays(node: view.graph.describe(view.graph.nodes[index])))
    }
  }

  private func isChannelAxis(_ axis: Int, _ node: Node) -> Bool {
    axis == 1 || view.shape(node.inputs[0]).map { axis == 1 - $0.count } == true
  }

  /// Guard: a node treats all channels alike and commutes with their scales.
  private func checkPassage(_ node: Node, _ scale: [Double], _ shift: [Double]) throws(Refusal) {
    let isShifted = shift.contains { $0 != 0 }
    let words = view.graph.describe(node)
    switch node.operator {
    case is Identity, is GlobalAveragePooling: return
    case let pool as AveragePooling:
      // Weights of a mean add up to one, but for padding that counts as zeros.
      let isPadded =
        pool.window.autoPad == .explicit
        ? pool.window.pads?.contains { $0 != 0 } ?? false : pool.window.autoPad != .valid
      if isShifted, pool.countsPadding, isPadded { throw .border(.shiftBefore(node: words)) }
    case is MaxPooling where node.outputs.count == 1, is GlobalMaxPooling:
      // The maximum commutes with increasing maps.
      guard scale.allSatisfy({ $0 > 0 }) else { throw .numbers(.negative(node: words)) }
    case is Flatten, is Squeeze, is Unsqueeze, is Reshape:
      // Channels that have one position each stay what they are.
      guard let before = view.shape(node.inputs[0]), let after = view.shape(node.outputs[0]), before.count >= 2,
        after.count >= 2, before[1].value == scale.count, after[1] == before[1], before[0] == after[0],
        (before[2...] + after[2...]).allSatisfy({ $0 == 1 })
      else { throw .fit(.mixes(node: words)) }
    case let padding as Padding where padding.mode != .constant:
      guard let pads = view.integers(node, 1), node.inputs.count < 4 || node.inputs[3] == nil, pads.count > 2,
        pads[1] == 0, pads[pads.count / 2 + 1] == 0
      else { throw .fit(.padsChannels(node: words)) }
    default: throw .fit(.notLinear(node: words))
    }
  }

  /// Writes a normalization with another scale and shift, and the same statistics.
  /// - Returns: false if the node is none.
  private mutating func rewriteNormalization(
    _ node: Node, into output: Patch.Output, reading operand: Patch.Operand?,
    _ change: @escaping ([Double], [Double]) -> ([Double], [Double]), channels: Int
  ) throws -> Bool {
    guard node.operator is BatchNormalization, try ChannelScale(of: node, in: view) != nil, let operand,
      let gamma = view.constant(node, 1), let beta = view.constant(node, 2), gamma.count == channels
    else { return false }
    let (first, second) = (
      Patch.Operand.constant(constantCount, hint: "\(node.name).scale", keeping: node.inputs[1]),
      Patch.Operand.constant(constantCount + 1, hint: "\(node.name).bias", keeping: node.inputs[2])
    )
    constantCount += 2
    makers.append {
      let (scale, shift) = change(try gamma.values(as: Double.self), try beta.values(as: Double.self))
      return [
        try Tensor(scale, shape: gamma.shape).rounded(to: gamma.elementType),
        try Tensor(shift, shape: beta.shape).rounded(to: beta.elementType),
      ]
    }
    _ = add(node, [operand, first, second] + node.inputs[3...].map { $0.map(Patch.Operand.value) }, output)
    return true
  }

  private mutating func add(_ node: Node, _ inputs: [Patch.Operand?], _ output: Patch.Output) -> Patch.Operand {
    var new = Patch.NewNode(node.name, node.operator, inputs: inputs, outputs: [output])
    new.annotations = node.annotations
    patch.added.append(new)
    return .made(patch.added.count - 1)
  }

  private mutating func add(
    _ node: Node, _ rewritten: ScaleTarget.Rewritten, reading operand: Patch.Operand, _ output: Patch.Output
  ) -> Patch.Operand {
    var inputs: [Patch.Operand?] = [
      operand, .constant(constantCount, hint: "\(node.name).weight", keeping: node.inputs[1]),
    ]
    if rewritten.hasBias {
      let own = node.inputs.count > 2 ? node.inputs[2] : nil
      inputs.append(.constant(constantCount + 1, hint: "\(node.name).bias", keeping: own))
    }
    constantCount += rewritten.hasBias ? 2 : 1
    makers.append(rewritten.constants)
    let made = add(node, inputs, output)
    patch.added[patch.added.count - 1].operation = rewritten.operation
    return made
  }

  private func finished() -> Patch {
    var patch = patch
    let makers = makers
    patch.constants = { try makers.flatMap { try $0() } }
    return patch
  }
}
