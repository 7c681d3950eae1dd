import CKernels
import CNNGraphs
import CNNTensors

/// Turns a graph whose shapes are known into steps, node by node. A value has as many forms as its readers ask for; each
/// is made once, by a step that converts another one.
struct PlanBuilder {
  /// The kernels of steps that belong to no operator.
  static let kernels: [any Kernel.Type] = [
    PackKernel.self, UnpackKernel.self, FrameKernel.self, GatherKernel.self, BorderKernel.self,
  ]

  let graph: Graph
  let threads: Int
  var plan = Plan()
  /// Channels in blocks.
  var views: [ValueID: ChannelView] = [:]
  /// For values that were cut apart: how many of their channels lie in each plane.
  var channelCounts: [ValueID: [PlaneReference: Int]] = [:]
  /// Row-major in the arena.
  var plains: [ValueID: PlainView] = [:]
  /// Tensors outside of the arena.
  var slots: [ValueID: Int] = [:]
  /// Plain channels inside borders, for the first convolution.
  var frames: [ValueID: Int] = [:]
  /// Nodes that only list channels or shapes anew.
  var movesNothing = 0
  private var grouped: [Int: Int] = [:]
  private var groups: [FusionGroup] = []
  private(set) var finder: FusionGroups
  private var done: Set<Int> = []

  init(_ graph: Graph, threads: Int) {
    (self.graph, self.threads) = (graph, threads)
    finder = FusionGroups(graph)
  }

  /// Makes the steps in the graph's order.
  mutating func build() throws {
    for id in graph.inputs {
      if graph[id].constant != nil { continue }
      let slot = addSlot()
      slots[id] = slot
      plan.inputs.append(
        Plan.Port(
          name: graph[id].name, shape: shape(id) ?? [], elementType: graph[id].type.tensor?.elementType ?? .float32,
          slot: slot))
    }
    groups = finder.find()
    for (index, group) in groups.enumerated() { for member in group.members { grouped[member] = index } }
    let budget = WorkBudget.current
    for index in graph.nodes.indices where !done.contains(index) {
      try budget.charge(WorkBudget.Cost.node)
      if let group = grouped[index].map({ groups[$0] }) {
        guard group.position == index else { continue }
        if try lower(group) { continue }
        // One of them may cover the next.
        for member in group.members.sorted() where !done.contains(member) { try lowerAlone(member) }
      } else {
        try lowerAlone(index)
      }
    }
    for id in graph.outputs { try addOutput(id) }
    plan.notes = stageNotes()
  }

  /// What fusion and layout came to.
  private func stageNotes() -> [String] {
    let fused = groups.filter { $0.members.count > 1 }
    let (residuals, prologues) = (groups.filter { $0.residual != nil }, groups.filter { $0.prologue != nil })
    let active = groups.filter { !$0.activation.isIdentity }
    func count(_ name: String) -> Int { plan.steps.filter { $0.kernel.name == name }.count }
    return [
      "fusion: \(graph.nodes.count) nodes; \(fused.count) groups of \(fused.reduce(0) { $0 + $1.members.count }), "
        + "with \(residuals.count) residuals, \(active.count) activations, \(prologues.count) prologues",
      "layout: \(movesNothing) concatenations, slices, shuffles and reshapes move nothing; \(count("gather")) gathers, "
        + "\(count("pack")) packs, \(count("unpack")) unpacks",
      "reference: \(plan.nodes.count) nodes have no kernel" + (plan.nodes.isEmpty ? "" : ": ")
        + plan.nodes.map { graph.describe($0) }.joined(separator: ", "),
    ]
  }

  /// Marks nodes that another node's step covers.
  mutating func cover(_ nodes: [Int]) { done.formUnion(nodes) }

  /// Makes the steps of a group; false if the kernels do not compute one of its nodes.
  private mutating func lower(_ group: FusionGroup) throws -> Bool {
    let node = graph.nodes[group.main]
    guard node.captures.isEmpty else { return false }
    for lowering in Lowerings.lowerings(of: node) where !group.isChain || lowering.role == .chain {
      do { if try lowering.lower(group, with: &self) { return true } } catch is Unlowered { continue }
    }
    return false
  }

  /// Makes the steps of a node by itself.
  private mutating func lowerAlone(_ index: Int) throws {
    let node = graph.nodes[index]
    if let input = node.inputs.first ?? nil, let output = node.outputs.first ?? nil,
      try lower(FusionGroup(main: index, input: input, output: output))
    {
      return
    }
    try addReference(index)
  }

  /// What a step is called: the nodes it stands for.
  func label(_ group: FusionGroup) -> String {
    let rest = group.members.sorted().filter { $0 != group.main }.map { graph.nodes[$0].operator.signature.name }
    return ([graph.describe(graph.nodes[group.main])] + rest).joined(separator: " + ")
  }

  /// Multiplications followed by an addition that a group stands for, as the graph counts them.
  func work(of group: FusionGroup) -> Int { graph.multiplyAccumulates(of: graph.nodes[group.main]) ?? 0 }

  // MARK: Values

  func shape(_ id: ValueID) -> [Int]? { graph[id].type.tensor?.fixedShape }

  /// The shape of a non-empty image tensor of single precision. A line is one if it has been computed as such: tensors of
  /// three axes are mostly something else.
  func image(_ id: ValueID?) -> ImageShape? {
    guard let id, let shape = windowedImage(id) else { return nil }
    return ImageShape.ranks.contains(shape.extents.count) || views[id] != nil ? shape : nil
  }

  /// The shape of what a window slides over.
  func windowedImage(_ id: ValueID?) -> ImageShape? {
    guard let id, let shape = shape(id), isFloat(id), isSmall(shape) else { return nil }
    return ImageShape(shape, ranks: ImageShape.windowedRanks)
  }

  func isFloat(_ id: ValueID) -> Bool { graph[id].type.tensor?.elementType == .float32 }

  /// Sizes that kernels can count in 32 bits, and not empty.
  func isSmall(_ shape: [Int]) -> Bool {
    var count = 1
    for extent in shape {
      guard extent > 0 else { return false }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product < 1 << 30 else { return false }
      count = product
    }
    return true
  }

  func constant(_ id: ValueID?) -> Tensor? { id.flatMap { graph[$0].constant } }

  func floats(_ id: ValueID?) -> [Float]? {
    guard let tensor = constant(id), tensor.elementType == .float32 else { return nil }
    return try? tensor.values(as: Float.self)
  }

  /// A constant that holds one number, or one for each channel.
  func channelConstant(_ id: ValueID, like image: ImageShape) -> [Float]? {
    guard let tensor = constant(id), let values = floats(id) else { return nil }
    let rank = image.extents.count
    if values.count == 1, tensor.rank <= rank { return [Float](repeating: values[0], count: image.channels) }
    let shape = Array(repeating: 1, count: max(0, rank - tensor.rank)) + tensor.shape
    return shape == [1, image.channels] + image.spatial.map { _ in 1 } ? values : nil
  }

  /// True if everything but the first input is a constant: what a file declares of the result then follows from it.
  func hasConstantSettings(_ node: Node) -> Bool {
    node.inputs.dropFirst().allSatisfy { $0 == nil || constant($0) != nil }
  }

  /// Lets a value be known by another name.
  mutating func alias(_ input: ValueID, _ output: ValueID) -> Bool {
    guard views[input] != nil || plains[input] != nil || slots[input] != nil else { return false }
    (views[output], plains[output]) = (views[input], plains[input])
    (slots[output], frames[output]) = (slots[input], frames[input])
    return true
  }

  func name(_ id: ValueID) -> String { graph[id].name }

  // MARK: Plan

  mutating func addSlot() -> Int {
    plan.slotCount += 1
    return plan.slotCount - 1
  }

  mutating func addBuffer(_ buffer: Buffer) -> Int {
    plan.buffers.append(buffer)
    return plan.buffers.count - 1
  }

  /// A new buffer of blocks, and the view of all its channels.
  mutating func addImage(_ shape: ImageShape) -> ChannelView {
    ChannelView(buffer: addBuffer(Buffer(.blocked, shape, planes: Buffer.blocks(of: shape.channels))), shape)
  }

  /// A new buffer of `rows` by `columns` numbers.
  mutating func addMatrix(rows: Int, columns: Int) -> PlainView {
    let index = addBuffer(Buffer(rows: rows, columns: columns))
    return PlainView(buffer: index, rows: rows, columns: columns, rowDistance: columns)
  }

  /// A new buffer for a row-major tensor.
  mutating func addMatrix(like shape: [Int]) -> PlainView {
    addMatrix(rows: shape.first ?? 1, columns: shape.dropFirst().reduce(1, *))
  }

  mutating func add(_ step: Step) { plan.steps.append(step) }

  /// Packed constants, at a cache line's start.
  mutating func addPacked(_ packing: some Packing) -> Operand {
    let offset = plan.packedCount
    plan.packedCount += (packing.count + 15) / 16 * 16
    plan.packing.append(Plan.PackedConstant(packing: packing, offset: offset))
    return .packed(offset)
  }

  mutating func addFloats(_ values: [Float]) -> Operand { addPacked(PlainPacking(values: values)) }

  /// Numbers for each channel, by the lanes that hold them; lanes without a channel get `missing`.
  mutating func addFloats(_ values: [Float], lanes: [Int32], missing: Float = 0) -> Operand {
    addFloats(lanes.map { $0 < 0 ? missing : values[Int($0)] })
  }

  /// Channels in order, filled up to whole blocks with -1.
  func lanes(ofChannels count: Int) -> [Int32] {
    (0..<Buffer.blocks(of: count) * Buffer.laneCount).map { $0 < count ? Int32($0) : -1 }
  }

  mutating func addTensor(_ tensor: Tensor) -> Operand {
    plan.tensors.append(tensor)
    return .tensor(plan.tensors.count - 1)
  }

  private mutating func addOutput(_ id: ValueID) throws {
    var port = Plan.Port(
      name: graph[id].name, shape: shape(id) ?? [], elementType: graph[id].type.tensor?.elementType ?? .float32)
    if slots[id] == nil, plains[id] != nil || views[id] != nil {
      port.view = try plain(id)
    } else {
      port.slot = slot(id)
    }
    plan.outputs.append(port)
  }

  // MARK: Reference steps

  /// The slot of a value that is a tensor at run time or always.
  private mutating func slot(_ id: ValueID) -> Int? {
    if let slot = slots[id] { return slot }
    guard let tensor = graph[id].constant ?? (try? graph[id].sparseConstant?.dense()) else { return nil }
    let slot = addSlot()
    plan.constantSlots[slot] = tensor
    slots[id] = slot
    return slot
  }

  private mutating func argument(_ id: ValueID) throws -> ReferenceKernel.Input? {
    if let slot = slot(id) { return .slot(slot) }
    guard let shape = shape(id), views[id] != nil || plains[id] != nil else {
      throw ConversionError(.internalFault, "nothing before it makes the value", at: .init(tensor: graph[id].name))
    }
    return .plain(try plain(id), shape: shape)
  }

  private mutating func addReference(_ index: Int) throws {
    let node = graph.nodes[index]
    var inputs: [ReferenceKernel.Input?] = []
    for id in node.inputs { inputs.append(try id.map { try argument($0) } ?? nil) }
    var captures: [(name: String, value: ReferenceKernel.Input)] = []
    for id in node.captures {
      if let value = try argument(id) { captures.append((graph[id].name, value)) }
    }
    var outputs: [Int?] = []
    for id in node.outputs {
      guard let id else {
        outputs.append(nil)
        continue
      }
      let slot = addSlot()
      slots[id] = slot
      outputs.append(slot)
    }
    plan.nodes.append(node)
    let kernel = ReferenceKernel(node: plan.nodes.count - 1, inputs: inputs, captures: captures, outputs: outputs)
    add(Step(kernel, graph.describe(node)))
  }
}
