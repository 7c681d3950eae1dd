import CNNGraphs
import CNNTensors

/// Applies the patches of one sweep that do not touch one another, and sees to it that nothing needed goes away.
struct PatchApplier {
  private let view: GraphView
  private(set) var graph: Graph
  /// Nodes that have gone, and where they have gone to: the index at which their patch's nodes stand.
  private var removed: Set<Int> = []
  private var arrivals: [Int: [Node]] = [:]
  private var replaced: [ValueID: ValueID] = [:]
  /// What has come to stand for another value since the patch that is being applied began.
  private var standIns: [ValueID] = []
  /// Values that new nodes read.
  private var extraReads: Set<ValueID> = []
  /// Values that no node makes any more.
  private var gone: Set<ValueID> = []
  /// Results that the graph has no longer.
  private var dropped: Set<ValueID> = []
  /// The new values of the patch that is being applied, by the number of its constant.
  private var stored: [Int: ValueID] = [:]
  private(set) var count = 0

  init(_ view: GraphView) {
    self.view = view
    graph = view.graph
  }

  /// Applies a patch.
  /// - Returns: false if it touches one that has been applied, and must be proposed anew.
  /// - Throws: ``Refusal`` if something else needs what would go away.
  mutating func apply(_ patch: Patch) throws -> Bool {
    guard let last = patch.removed.max(), patch.removed.isDisjoint(with: removed) else { return false }
    guard isCurrent(patch) else { return false }
    // If a result of the graph would be read from elsewhere, that value takes the result's name instead.
    let (named, redirected) = patch.redirected.divided { isOutput($0.from, after: patch) }
    for redirection in named { guard try mayKeepName(of: redirection, within: patch) else { return false } }
    try checkNothingIsLost(patch, redirected)

    // Nothing stands against the rewrite any more: from here on the graph changes.
    let tensors = try patch.constants()
    stored = [:]
    standIns = []
    var added = patch.added
    for redirection in named { keepName(of: redirection, &added) }
    var results: [[ValueID?]] = []
    var nodes: [Node] = []
    for node in added {
      let inputs = node.inputs.map { $0.map { value($0, tensors, results, patch) } }
      let outputs = node.outputs.map { output -> ValueID? in
        switch output {
        case .value(let id): id
        case .new(let hint, let type): addValue(hint, type)
        case nil: nil
        }
      }
      var made = Node(node.name, node.operation, inputs: inputs, outputs: outputs)
      made.annotations = node.annotations
      nodes.append(made)
      results.append(outputs)
    }
    for (from, to) in redirected {
      if let index = constantIndex(for: from, to) {
        makeConstant(from, tensors[index])
      } else {
        replace(from, by: value(to, tensors, results, patch))
      }
      gone.insert(from)
    }
    let remade = Set(nodes.flatMap(\.outputs).compactMap(\.self))
    let kept = remade.union(patch.redirected.map(\.from))
    for index in patch.removed {
      gone.formUnion(view.graph.nodes[index].outputs.compactMap(\.self).filter { !kept.contains($0) })
    }
    extraReads.formUnion(nodes.flatMap(\.inputs).compactMap(\.self))
    extraReads.formUnion(standIns)
    dropped.formUnion(patch.droppedOutputs)
    removed.formUnion(patch.removed)
    arrivals[last] = nodes
    count += 1
    return true
  }

  private mutating func replace(_ id: ValueID, by other: ValueID) {
    replaced[id] = other
    standIns.append(other)
  }

  /// False if the patch reads what another one has replaced.
  private func isCurrent(_ patch: Patch) -> Bool {
    func isCurrent(_ operand: Patch.Operand?) -> Bool {
      if case .value(let id)? = operand { return !gone.contains(id) && replaced[id] == nil }
      return true
    }
    // A node that writes a result of the graph by now is not the one that the patch takes away.
    let makesNew = patch.removed.flatMap { view.graph.nodes[$0].outputs }.contains { $0.map(gone.contains) ?? false }
    return !makesNew && patch.added.allSatisfy { $0.inputs.allSatisfy(isCurrent) }
      && patch.redirected.allSatisfy { isCurrent($0.to) && !extraReads.contains($0.from) }
  }

  private func isOutput(_ id: ValueID, after patch: Patch) -> Bool {
    view.isOutput(id) && !patch.droppedOutputs.contains(id)
  }

  /// Whether the node that makes a value can write a result of the graph instead.
  /// - Returns: false if it has to wait for another patch.
  private func mayKeepName(of redirection: (from: ValueID, to: Patch.Operand), within patch: Patch) throws -> Bool {
    let name = view.graph[redirection.from].name
    switch redirection.to {
    case .made: return true
    case .constant:
      throw Refusal.inUse(.storedOutput(name))
    case .value(let id):
      guard let maker = view.producer(id), !view.isOutput(id), !patch.removed.contains(maker),
        patch.redirected.count(where: { if case .value(id) = $0.to { view.isOutput($0.from) } else { false } }) == 1
      else {
        throw Refusal.inUse(.outputName(name, other: view.graph[id].name))
      }
      // Bodies read values of the graphs around them by name.
      guard !view.users(id).contains(where: { view.graph.nodes[$0].captures.contains(id) }) else {
        throw Refusal.inUse(.body(view.graph[id].name))
      }
      return !removed.contains(maker) && !extraReads.contains(id)
    }
  }

  /// Makes the node that makes a value write a result of the graph instead.
  private mutating func keepName(
    of redirection: (from: ValueID, to: Patch.Operand), _ added: inout [Patch.NewNode]
  ) {
    switch redirection.to {
    case .made(let node, let output):
      added[node].outputs[output] = .value(redirection.from)
    case .constant: break
    case .value(let id):
      guard let maker = view.producer(id) else { return }
      let node = graph.nodes[maker]
      graph.nodes[maker].outputs = node.outputs.map { $0 == id ? redirection.from : $0 }
      replace(id, by: redirection.from)
      gone.insert(id)
      // What the file said of the result's type holds for the same value.
      graph[redirection.from].type = graph[id].type
    }
  }

  /// Guard: whatever else reads a value, it is still there.
  private func checkNothingIsLost(
    _ patch: Patch, _ redirected: [(from: ValueID, to: Patch.Operand)]
  ) throws {
    var remade = Set(patch.redirected.map(\.from))
    for output in patch.added.flatMap(\.outputs) { if case .value(let id)? = output { remade.insert(id) } }
    for index in patch.removed.sorted() {
      for id in view.graph.nodes[index].outputs.compactMap(\.self) where !remade.contains(id) {
        let name = view.graph[id].name
        if isOutput(id, after: patch) { throw Refusal.inUse(.output(name)) }
        if let user = view.users(id).first(where: { !patch.removed.contains($0) }) {
          throw Refusal.inUse(.reader(name, node: view.graph.describe(view.graph.nodes[user])))
        }
        if extraReads.contains(id) { throw Refusal.inUse(.reader(name, node: nil)) }
      }
    }
    for (from, to) in redirected
    where constantIndex(for: from, to) == nil
      && view.users(from).contains(where: { view.graph.nodes[$0].captures.contains(from) })
    {
      throw Refusal.inUse(.body(view.graph[from].name))
    }
  }

  /// Which of the patch's constants a value becomes under its own name, if any.
  private func constantIndex(for from: ValueID, _ operand: Patch.Operand) -> Int? {
    guard case .constant(let index, let hint, nil) = operand, hint == view.graph[from].name else { return nil }
    return index
  }

  /// Makes a stored constant of a value that no node makes any more.
  private mutating func makeConstant(_ id: ValueID, _ tensor: Tensor) {
    var value = Value(graph[id].name, type: .tensor(TensorType(of: tensor)), constant: tensor)
    value.annotations.documentation = graph[id].annotations.documentation
    graph[id] = value
  }

  private mutating func value(
    _ operand: Patch.Operand, _ tensors: [Tensor], _ results: [[ValueID?]], _ patch: Patch
  ) -> ValueID {
    switch operand {
    case .value(let id): return id
    case .made(let node, let output):
      guard let id = results[node][output] else { preconditionFailure("a patch reads a result that it does not make") }
      return id
    case .constant(let index, let hint, let keeping):
      if let keeping, view.constant(keeping) != nil, !view.isOutput(keeping), !extraReads.contains(keeping),
        view.users(keeping).allSatisfy(patch.removed.contains)
      {
        makeConstant(keeping, tensors[index])
        return keeping
      }
      if let known = stored[index] { return known }
      let id = graph.addConstant(tensors[index], hint: hint)
      stored[index] = id
      return id
    }
  }

  private mutating func addValue(_ hint: String, _ type: ValueType) -> ValueID? {
    try? graph.addValue(Value(graph.uniqueName(hint), type: type))
  }

  /// The graph with all patches applied, its nodes in an order in which they can run.
  func finished() -> Graph {
    var result = graph
    result.nodes = graph.nodes.indices.flatMap { index -> [Node] in
      removed.contains(index) ? arrivals[index] ?? [] : [graph.nodes[index]]
    }
    for index in result.nodes.indices {
      result.nodes[index].inputs = result.nodes[index].inputs.map { $0.map(current) }
    }
    result.outputs = result.outputs.filter { !dropped.contains($0) }.map { view.isOutput($0) ? $0 : current($0) }
    result.nodes = result.nodesInRunningOrder
    return result
  }

  private func current(_ id: ValueID) -> ValueID {
    var id = id
    while let next = replaced[id] { id = next }
    return id
  }
}

extension Array {
  /// The elements for which something holds, and the others.
  fileprivate func divided(_ holds: (Element) -> Bool) -> (matching: [Element], rest: [Element]) {
    (filter(holds), filter { !holds($0) })
  }
}

extension Graph {
  /// The nodes in an order in which they can run, as near to theirs as can be.
  fileprivate var nodesInRunningOrder: [Node] {
    let edges = GraphIndex(self)
    var result: [Node] = []
    var state = [UInt8](repeating: 0, count: nodes.count)
    for start in nodes.indices where state[start] == 0 {
      var stack = [start]
      while let index = stack.last {
        let missing =
          state[index] == 0
          ? (nodes[index].inputs.compactMap(\.self) + nodes[index].captures)
            .compactMap { edges.producer(of: $0) }.filter { state[$0] == 0 }
          : []
        state[index] = max(state[index], 1)
        if missing.isEmpty {
          stack.removeLast()
          if state[index] == 1 { result.append(nodes[index]) }
          state[index] = 2
        } else {
          stack += missing.sorted(by: >)
        }
      }
    }
    return result
  }
}
