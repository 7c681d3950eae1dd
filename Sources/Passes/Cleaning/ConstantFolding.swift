import CNNGraphs
import CNNTensors

/// Nodes that give the same results in every run, and those results. A chain of such nodes is folded in one go, with no
/// more of its values kept than something else reads.
struct ConstantFolding {
  private let view: GraphView
  /// The results that are still to be read or stored.
  private var tensors: [ValueID: Tensor] = [:]
  /// For each result how many of its readers have not been folded.
  private var readers: [ValueID: Int] = [:]
  /// The nodes folded so far in their order.
  private var nodes: [Int] = []
  /// For each of them one that is folded together with it; itself if it leads the others.
  private var leaders: [Int: Int] = [:]

  init(_ view: GraphView) { self.view = view }

  /// A stored constant, or the result of a node that has been folded.
  func tensor(_ id: ValueID) -> Tensor? { view.constant(id) ?? tensors[id] }

  /// Folds a node.
  /// - Parameter results: one for each output that the node has.
  /// - Throws: ``Refusal`` if there are fewer.
  mutating func fold(_ index: Int, into results: [Tensor]) throws {
    let node = view.graph.nodes[index]
    let outputs = node.outputs.compactMap(\.self)
    guard results.count >= outputs.count else {
      throw Refusal.numbers(.notComputed("it gives \(results.count) results"))
    }
    nodes.append(index)
    leaders[index] = index
    for id in Set(node.inputs.compactMap(\.self)) {
      guard let left = readers[id], let producer = view.producer(id) else { continue }
      leaders[leader(of: producer)] = index
      readers[id] = left - 1
      if left == 1 { tensors[id] = nil }
    }
    for (id, tensor) in zip(outputs, results) where !view.users(id).isEmpty {
      (tensors[id], readers[id]) = (tensor, view.users(id).count)
    }
  }

  /// The node that leads a node's company, the way there being made shorter.
  private mutating func leader(of index: Int) -> Int {
    var index = index
    while let next = leaders[index], next != index {
      leaders[index] = leaders[next]
      index = next
    }
    return index
  }

  /// A patch for each company of nodes that read one another's results. The values that are left keep their names.
  var patches: [Patch] {
    var copy = self
    var order: [Int] = []
    var companies: [Int: [Int]] = [:]
    for index in nodes {
      let leader = copy.leader(of: index)
      if companies[leader] == nil { order.append(leader) }
      companies[leader, default: []].append(index)
    }
    return order.map { leader in
      let members = companies[leader] ?? []
      let kept = members.flatMap { view.graph.nodes[$0].outputs.compactMap(\.self) }
        .compactMap { id in tensors[id].map { (id: id, tensor: $0) } }
      var patch = Patch(removing: Set(members))
      patch.redirected = kept.enumerated().map { ($1.id, .constant($0, hint: view.graph[$1.id].name)) }
      patch.constants = { kept.map(\.tensor) }
      return patch
    }
  }
}
