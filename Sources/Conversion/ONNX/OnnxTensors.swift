import CNNFormats
import CNNGraphs
import CNNTensors

extension OnnxFormat {
  /// The initializers and constants of the model and of the bodies in it. No graph is made of it, so that a model whose
  /// operators nobody knows is read, too. A tensor of a body has the body's name before its own.
  func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors {
    let record = try OnnxReader.readModel(input.requireFile())
    var walk = TensorWalk(
      context: OnnxImportContext(
        registry: options.operators, externalData: ExternalData(besideModelAt: input.path)))
    try walk.add(record.graph, prefix: "")
    for function in record.functions { try walk.add(function.nodes, prefix: "\(function.name)/") }
    return StoredTensors(
      container: "ONNX", content: .graph, entries: walk.entries, omissions: walk.omissions)
  }

  private struct TensorWalk {
    let context: OnnxImportContext
    var entries: [StateDictionary.Entry] = []
    var omissions: [Checkpoint.Omission] = []

    mutating func add(_ graph: OnnxGraph, prefix: String) throws {
      for record in graph.initializers { try add(record, named: prefix + (record.name ?? "")) }
      for record in graph.sparseInitializers {
        omissions.append(.init(key: prefix + (record.values.name ?? ""), reason: "is sparse"))
      }
      try add(graph.nodes, prefix: prefix)
    }

    mutating func add(_ nodes: [OnnxNode], prefix: String) throws {
      for node in nodes {
        for attribute in node.attributes {
          let body = "\(prefix)\(node.name ?? node.outputs.first ?? node.operatorType)/\(attribute.name)/"
          switch attribute.value {
          case .tensor(let record):
            let isConstant = node.operatorType == "Constant" && (node.domain ?? "").isEmpty
            try add(record, named: isConstant ? prefix + (node.outputs.first ?? "") : String(body.dropLast()))
          case .graph(let graph): try add(graph, prefix: body)
          case .graphs(let graphs):
            for (index, graph) in graphs.enumerated() { try add(graph, prefix: "\(body)\(index)/") }
          default: break
          }
        }
      }
    }

    private mutating func add(_ record: OnnxTensor, named name: String) throws {
      entries.append(StateDictionary.Entry(key: name, tensor: try context.tensor(record)))
    }
  }
}
