import CNNGraphs
import CNNOperators
import CNNTensors

/// Nodes that compute with stored constants alone, gathered into regions that share constants or results.
///
/// A node may make the file larger by itself though all of its region makes it smaller: weights that are normalised in
/// the graph are read several times before they can go.
struct ConstantRegions {
  private let view: GraphView
  /// The nodes that compute constants, each with the region it belongs to.
  private var regions: [Int: Int] = [:]

  /// - Parameter allows: true if a node of this index may be folded.
  init(_ view: GraphView, allows: (Int) -> Bool) {
    self.view = view
    var sources: [ValueID: Int] = [:]
    for (index, node) in view.graph.nodes.enumerated() where allows(index) {
      let inputs = node.inputs.compactMap(\.self)
      let isStored = node.operator is Constant
      guard isStored || !inputs.isEmpty, view.byteCount(of: node.outputs.compactMap(\.self)) != nil,
        inputs.allSatisfy({ view.constant($0) != nil || sources[$0] != nil && view.producer($0) != nil })
      else { continue }
      regions[index] = index
      for id in inputs {
        // Small constants, such as an epsilon, are shared by what has nothing else in common.
        if let other = sources[id], (view.constant(id)?.byteCount ?? .max) > 1024 { join(other, index) }
        sources[id] = index
      }
      for id in node.outputs.compactMap(\.self) { sources[id] = index }
    }
  }

  /// The node that a region is named after, the way there being made shorter.
  private mutating func root(of index: Int) -> Int {
    var index = index
    while let next = regions[index], next != index {
      regions[index] = regions[next]
      index = next
    }
    return index
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (root(of: a), root(of: b))
    if x != y { regions[min(x, y)] = max(x, y) }
  }

  /// The nodes of all regions whose results, as far as others read them, take no more bytes than become unused.
  func worthwhile(slack: Int) -> Set<Int> {
    var members: [Int: [Int]] = [:]
    var copy = self
    for index in regions.keys { members[copy.root(of: index), default: []].append(index) }
    var result: Set<Int> = []
    for nodes in members.values where nodes.count > 1 {
      let region = Set(nodes)
      func isInside(_ id: ValueID) -> Bool { view.users(id).allSatisfy(region.contains) && !view.isOutput(id) }
      var (kept, freed) = (0, 0)
      var seen: Set<ValueID> = []
      for index in nodes {
        let node = view.graph.nodes[index]
        for id in node.outputs.compactMap(\.self) where !isInside(id) {
          kept = kept.addingReportingOverflow(view.byteCount(of: [id]) ?? .max / 2).partialValue
        }
        if case .dense(let tensor)? = (node.operator as? Constant)?.value { freed += tensor.byteCount }
        for id in node.inputs.compactMap(\.self) where isInside(id) && seen.insert(id).inserted {
          freed += view.constant(id)?.byteCount ?? 0
        }
      }
      if kept >= 0, kept <= max(freed, slack) { result.formUnion(region) }
    }
    return result
  }
}

extension GraphView {
  /// The bytes of values as inference sees them, so that nothing is allocated to find out.
  func byteCount(of values: [ValueID]) -> Int? {
    var sum = 0
    for id in values {
      guard let type = graph[id].type.tensor, let shape = type.fixedShape, let elementType = type.elementType,
        let count = try? Tensor.elementCount(of: shape), let bytes = elementType.byteCount(of: count)
      else { return nil }
      sum = sum.addingReportingOverflow(bytes).partialValue
    }
    return sum
  }
}
