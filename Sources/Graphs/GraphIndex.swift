/// The edges of a graph both ways: which node makes a value, and which nodes read it.
///
/// It takes time and memory linear in the graph, and describes the nodes, inputs and outputs that the graph has when it
/// is made. A node whose body reads a value by name is one of the value's readers.
package struct GraphIndex: Sendable {
  /// For each value the node that makes it, or -1.
  private var producers: [Int]
  /// The readers of value `v` are `readers[starts[v] ..< starts[v + 1]]`.
  private var starts: [Int]
  private var readers: [Int] = []
  private var inputs: [Bool]
  private var outputs: [Bool]

  /// Looks at every node once or twice.
  package init(_ graph: Graph) {
    let count = graph.values.count
    producers = [Int](repeating: -1, count: count)
    starts = [Int](repeating: 0, count: count + 1)
    (inputs, outputs) = ([Bool](repeating: false, count: count), [Bool](repeating: false, count: count))
    for id in graph.inputs where id.index < count { inputs[id.index] = true }
    for id in graph.outputs where id.index < count { outputs[id.index] = true }
    // The last node that was seen to read a value: one that reads it twice counts once.
    var last = [Int](repeating: -1, count: count)
    func visit(_ body: (_ value: Int, _ node: Int) -> Void) {
      for (index, node) in graph.nodes.enumerated() {
        func note(_ id: ValueID) {
          guard id.index < count, last[id.index] != index else { return }
          last[id.index] = index
          body(id.index, index)
        }
        for case let id? in node.inputs { note(id) }
        for id in node.captures { note(id) }
      }
    }
    visit { value, _ in starts[value + 1] += 1 }
    for value in 0..<count { starts[value + 1] += starts[value] }
    readers = [Int](repeating: 0, count: starts[count])
    var ends = starts
    last = [Int](repeating: -1, count: count)
    visit { value, node in
      readers[ends[value]] = node
      ends[value] += 1
    }
    for (index, node) in graph.nodes.enumerated() {
      for case let id? in node.outputs where id.index < count { producers[id.index] = index }
    }
  }

  /// The index of the node that makes a value; `nil` for an input, a constant and a captured value.
  package func producer(of id: ValueID) -> Int? {
    guard id.index < producers.count, producers[id.index] >= 0 else { return nil }
    return producers[id.index]
  }

  /// The indices of the nodes that read a value, each once, in their order.
  package func readers(of id: ValueID) -> ArraySlice<Int> {
    guard id.index < producers.count else { return [] }
    return readers[starts[id.index]..<starts[id.index + 1]]
  }

  /// The one node that reads a value that is no output of the graph; `nil` if there is none or more.
  package func onlyReader(of id: ValueID) -> Int? {
    let all = readers(of: id)
    return all.count == 1 && !isOutput(id) ? all.first : nil
  }

  /// True for an output of the graph.
  package func isOutput(_ id: ValueID) -> Bool { id.index < outputs.count && outputs[id.index] }

  /// True for an input of the graph, whether it has a default or not.
  package func isInput(_ id: ValueID) -> Bool { id.index < inputs.count && inputs[id.index] }
}
