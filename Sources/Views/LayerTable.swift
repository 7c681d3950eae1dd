import CNNGraphs
import CNNOperators
import CNNTensors

/// What each node of a graph makes and costs, a line a node in the order in which they run.
///
/// `Constant` nodes are not listed: what they hold counts for the node that reads it. Nodes inside the bodies of control flow
/// are not listed either, but counted.
public struct LayerTable: Encodable, Sendable {
  /// The layers.
  public private(set) var layers: [Layer] = []
  /// The sums over all layers.
  public private(set) var total: Total
  /// Nodes in the bodies of control flow.
  public private(set) var nodesInBodies = 0

  /// Sums over all layers.
  public struct Total: Encodable, Sendable {
    /// Nodes.
    public var nodes = 0
    /// Elements of learned constants.
    public var parameters = 0
    /// Elements of running means and variances.
    public var buffers = 0
    /// Bytes of constants.
    public var weightBytes = 0
    /// Multiplications followed by an addition; `nil` if an extent is not known.
    public var macs: Int? = 0
    /// Bytes of outputs; `nil` if an extent is not known.
    public var outputBytes: Int? = 0

    private enum CodingKeys: String, CodingKey {
      case nodes, parameters, buffers, macs
      case weightBytes = "weight_bytes"
      case outputBytes = "output_bytes"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case layers, total
    case nodesInBodies = "nodes_in_bodies"
  }

  /// The layers of a graph whose types are inferred.
  public init(_ graph: Graph) {
    total = Total()
    var constants: [ValueID: Tensor] = [:]
    var counted: Set<ValueID> = []
    for node in graph.nodes {
      if case .dense(let tensor)? = (node.operator as? Constant)?.value, let output = node.outputs.first ?? nil {
        constants[output] = tensor
        continue
      }
      let layer = LayerTable.layer(node, graph, constants, &counted)
      for body in node.operator.bodies { nodesInBodies += LayerTable.count(body) }
      add(layer)
      layers.append(layer)
    }
    if let all = total.macs, all > 0 {
      for index in layers.indices { layers[index].share = layers[index].macs.map { Double($0) / Double(all) } }
    }
  }

  private static func count(_ graph: Graph) -> Int {
    graph.nodes.reduce(graph.nodes.count) { $0 + $1.operator.bodies.reduce(0) { $0 + count($1) } }
  }

  private static func layer(
    _ node: Node, _ graph: Graph, _ constants: [ValueID: Tensor], _ counted: inout Set<ValueID>
  ) -> Layer {
    let signature = node.operator.signature
    let outputs = node.outputs.compactMap(\.self)
    let name = node.name.isEmpty ? outputs.first.map { graph[$0].name } ?? "" : node.name
    var layer = Layer(
      name: name, operator: (signature.domain.isEmpty ? "" : signature.domain + ".") + signature.name,
      outputs: outputs.map { id in
        let type = graph[id].type.tensor
        return Layer.Output(
          name: graph[id].name, type: type?.elementType?.description, shape: type?.shape?.map(Extent.init))
      })
    for (index, input) in node.inputs.enumerated() {
      guard let input, let constant = graph[input].constant ?? constants[input], counted.insert(input).inserted else {
        continue
      }
      layer.weightBytes += constant.byteCount
      guard constant.isLearned else { continue }
      if node.operator.statisticsInputs.contains(index) {
        layer.buffers += constant.count
      } else {
        layer.parameters += constant.count
      }
    }
    layer.macs = graph.multiplyAccumulates(of: node)
    layer.outputBytes = outputs.reduce(0) { sum, id in
      guard let type = graph[id].type.tensor, let element = type.elementType, let shape = type.fixedShape,
        let count = try? Tensor.elementCount(of: shape), let bytes = element.byteCount(of: count)
      else { return nil }
      return sum.flatMap { LayerTable.sum($0, bytes) }
    }
    return layer
  }

  private static func sum(_ a: Int?, _ b: Int?) -> Int? {
    guard let a, let b else { return nil }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : sum
  }

  private mutating func add(_ layer: Layer) {
    total.nodes += layer.nodes
    total.parameters += layer.parameters
    total.buffers += layer.buffers
    total.weightBytes += layer.weightBytes
    total.macs = LayerTable.sum(total.macs, layer.macs)
    total.outputBytes = LayerTable.sum(total.outputBytes, layer.outputBytes)
  }

  // MARK: Modules

  /// The table with one line for each module, where names have a path of modules: `/features/0/Conv` or `features.0`.
  /// - Parameter depth: how many parts of a path make a module.
  public func grouped(depth: Int) -> LayerTable {
    var table = self
    table.layers = []
    var positions: [String: Int] = [:]
    for layer in layers {
      let parts = LayerTable.path(layer.name)
      let module = parts.prefix(depth).joined(separator: ".")
      guard let position = positions[module] else {
        positions[module] = table.layers.count
        table.layers.append(parts.count > 1 ? Layer(module, layer) : layer)
        continue
      }
      // A node whose own name is the module's, such as the normalization that `bn1` and `bn1.relu` begin with.
      if table.layers[position].operator != nil {
        table.layers[position] = Layer(module, table.layers[position])
      }
      table.layers[position].take(layer)
    }
    return table
  }

  /// The modules that a name leads through, and the node's own name last.
  package static func path(_ name: String) -> [Substring] {
    guard name.contains("/") else { return name.split(separator: ".") }
    // PyTorch's exporter repeats a module in the next one: /layer1/layer1.0/conv1/Conv.
    var parts: [Substring] = []
    for part in name.split(separator: "/") {
      if let last = parts.last, part.hasPrefix("\(last).") { parts.removeLast() }
      parts.append(part)
    }
    return parts.dropLast().flatMap { $0.split(separator: ".") } + parts.suffix(1)
  }
}

extension Layer {
  /// A module that begins with a node.
  fileprivate init(_ module: String, _ layer: Layer) {
    self = Layer(name: module, operator: nil, outputs: [])
    (nodes, macs, outputBytes) = (0, 0, 0)
    take(layer)
  }

  fileprivate mutating func take(_ layer: Layer) {
    nodes += layer.nodes
    outputs = layer.outputs
    parameters += layer.parameters
    buffers += layer.buffers
    weightBytes += layer.weightBytes
    macs = macs.flatMap { own in layer.macs.map { own + $0 } }
    share = layer.share.map { (share ?? 0) + $0 }
    outputBytes = outputBytes.flatMap { own in layer.outputBytes.map { own + $0 } }
  }
}
