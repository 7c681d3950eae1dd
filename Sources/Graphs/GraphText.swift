extension Graph {
  /// The graph in words, the same for equal graphs: one line for each input, constant, node and output.
  public var text: String { lines(indent: "").map(\.printable).joined(separator: "\n") + "\n" }

  private func lines(indent: String) -> [String] {
    var lines = ["\(indent)graph \(name)"]
    for id in inputs { lines.append("\(indent)  input \(spelled(id)): \(self[id].type)") }
    for value in values where value.isConstant {
      lines.append("\(indent)  constant \(value.name): \(value.type)")
    }
    for node in nodes {
      let results = node.outputs.map { $0.map { "\(spelled($0)): \(self[$0].type)" } ?? "_" }.joined(separator: ", ")
      let arguments = node.inputs.map { $0.map(spelled) ?? "_" }.joined(separator: ", ")
      lines.append("\(indent)  \(results) = \(spelled(node.operator))(\(arguments))")
      for body in node.operator.bodies { lines += body.lines(indent: indent + "    ") }
    }
    for id in outputs { lines.append("\(indent)  output \(spelled(id)): \(self[id].type)") }
    return lines
  }

  private func spelled(_ id: ValueID) -> String { self[id].name }

  private func spelled(_ operation: any Operator) -> String {
    var writer = NodeWriter(version: .max, inputs: [])
    try? operation.write(to: &writer)
    let name = operation.signature.domain.isEmpty ? "" : operation.signature.domain + "."
    let settings = writer.attributes.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.value.text)" }
    return name + operation.signature.name + (settings.isEmpty ? "" : "{\(settings.joined(separator: ", "))}")
  }
}

extension Attribute {
  /// Short and stable: numbers and strings in full, tensors and graphs by their type.
  fileprivate var text: String {
    switch self {
    case .float(let value): "\(value)"
    case .int(let value): "\(value)"
    case .string(let bytes): "'\(String(decoding: bytes, as: UTF8.self))'"
    case .tensor(let tensor): "\(TensorType(of: tensor))"
    case .floats(let values): "\(values)"
    case .ints(let values): "\(values)"
    case .strings(let values): "\(values.map { String(decoding: $0, as: UTF8.self) })"
    case .type(let type): "\(type)"
    case .graph(let graph): graph.name
    case .reference(let name, _): "@\(name)"
    default: kind
    }
  }
}
