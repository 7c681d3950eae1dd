import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph in the making, of the layers of a network. A blob of the dimensions `[C, H, W]` becomes a value `[N, C, H, W]`:
/// no layer of ncnn looks at another image than its own.
///
/// Types and shapes follow at once, so that a layer can look at them.
final class NcnnSource {
  /// What has been built.
  private(set) var graph: Graph
  /// The extent of the first axis.
  let batch: Dimension
  /// The weights.
  var data: NcnnData
  private var known: [InferredValue] = []
  private var blobs: [String: ValueID] = [:]
  private var unread: Set<String> = []

  init(name: String, batch: Dimension, data: NcnnData) {
    (graph, self.batch, self.data) = (Graph(name: name), batch, data)
  }

  // MARK: Blobs

  /// The value of a blob. Each blob has one reader.
  func read(_ blob: String) throws -> ValueID {
    guard let id = blobs[blob] else { throw ConversionError(.badInput, "blob \(blob.quoted) is not made") }
    unread.remove(blob)
    return id
  }

  /// Says which value a blob is.
  func define(_ blob: String, _ id: ValueID) {
    blobs[blob] = id
    unread.insert(blob)
  }

  /// Makes outputs of all blobs that nothing reads, in their order.
  func finish(_ order: [String]) throws -> Graph {
    for blob in order where unread.contains(blob) {
      guard var id = blobs[blob] else { continue }
      if graph.outputs.contains(id) || graph.inputs.contains(id) || graph[id].isConstant {
        id = try apply(Identity(), [id], name: "")[0]
      }
      if graph[id].name != blob {
        if let other = graph.value(named: blob) { graph.rename(other, to: graph.uniqueName(blob)) }
        graph.rename(id, to: blob)
      }
      graph.outputs.append(id)
    }
    let result = graph.pruned()
    try result.verify()
    return result
  }

  // MARK: Values

  /// An input of the network.
  func input(_ name: String, shape: [Dimension]) throws {
    let type = ValueType.tensor(.float32, shape)
    let id = try graph.addValue(Value(name, type: type))
    graph[id].declaredType = type
    graph.inputs.append(id)
    known.append(InferredValue(type))
    define(name, id)
  }

  /// A constant.
  func constant(_ tensor: Tensor, name: String) -> ValueID {
    let id = graph.addConstant(tensor, hint: name)
    let isSmall = tensor.count <= TypeInference.constantLimit
    known.append(InferredValue(.tensor(TensorType(of: tensor)), constant: isSmall ? tensor : nil))
    return id
  }

  /// Integers as a constant.
  func integers(_ values: [Int]) throws -> ValueID {
    constant(try Tensor(values.map(Int64.init), shape: [values.count]), name: "integers")
  }

  /// The extents of a value, the batch first.
  func shape(of id: ValueID) throws -> [Dimension] {
    guard let shape = known[id.index].type.tensor?.shape else {
      throw ConversionError(
        .unsupported, "the number of dimensions of \(graph[id].name.quoted) must be known",
        remedy: .giveInputShape(input: graph.inputs.first.map { graph[$0].name }))
    }
    return shape
  }

  /// Adds a node.
  func apply(_ operation: any Operator, _ inputs: [ValueID?], name: String, count: Int = 1) throws -> [ValueID] {
    var node = Node(name, operation, inputs: inputs, outputs: Array(repeating: nil, count: count))
    let results = try TypeInference.results(of: node, inputs: inputs.map { $0.map { known[$0.index] } })
    node.outputs = try (0..<count).map { index in
      let type = index < results.count ? results[index].type : .unknown
      let hint = name.isEmpty ? operation.signature.name.lowercased() : name
      let id = try graph.addValue(Value(graph.uniqueName(hint), type: type))
      known.append(index < results.count ? results[index] : InferredValue(.unknown))
      graph[id].contents = known[id.index].contents
      return id
    }
    graph.nodes.append(node)
    return node.outputs.compactMap(\.self)
  }
}
