import CNNTensors

/// A program of `torch.export` (PyTorch, `torch/_export/serde/schema.py`, version 8), field by field.
package struct TorchExportProgram: Sendable {
  /// What an input of the graph is.
  package enum Input: Sendable {
    /// A parameter or a buffer, by its name in the graph and its name in the module.
    case state(String, key: String)
    /// A constant tensor.
    case constant(String, key: String)
    /// What a caller gives.
    case user(TorchExportArgument)
    /// A number or text that is the same in every run, by its name in the graph.
    case fixed(String, TorchExportArgument)
  }

  /// What a result of the graph is.
  package enum Output: Sendable {
    /// What a caller gets.
    case user(TorchExportArgument)
    /// The new contents of a buffer.
    case buffer(String, key: String)
    /// The new contents of an input.
    case input(String)
  }

  /// The graph.
  package let graph: TorchExportGraph
  /// What the graph's inputs are, in order.
  package let inputs: [Input]
  /// What the graph's results are, in order.
  package let outputs: [Output]
  /// The names of what a caller gets, as far as the program's own structure says them; `nil` for those it does not name.
  package let outputNames: [String?]
  /// The bounds of free extents by name.
  package let ranges: [String: (least: Int?, most: Int?)]
  /// Such as `8.20`.
  package let schema: String
  /// The PyTorch that wrote the program.
  package let torchVersion: String?

  /// Reads a program.
  /// - Throws: ``TorchExportFault``, ``JSONFault``.
  init(_ bytes: Storage) throws {
    let root = try JSONDocument(bytes).root
    func fault(_ name: String) -> TorchExportFault { .field(name, at: root.position) }
    let version = root["schema_version"]
    torchVersion = root["torch_version"]?.string
    guard let major = version?["major"]?.int else { throw fault("schema_version") }
    guard major == 8 else { throw TorchExportFault.schema(major: major, torch: torchVersion) }
    schema = "\(major).\(version?["minor"]?.int ?? 0)"
    guard let module = root["graph_module"], let graph = module["graph"] else { throw fault("graph_module") }
    guard let signature = module["signature"], let inputs = signature["input_specs"]?.elements,
      let outputs = signature["output_specs"]?.elements
    else { throw fault("signature") }
    self.graph = try TorchExportGraph(graph)
    self.inputs = try inputs.map(Self.input)
    self.outputs = try outputs.map(Self.output)
    var ranges: [String: (least: Int?, most: Int?)] = [:]
    for (name, range) in root["range_constraints"]?.members ?? [] {
      ranges[name] = (range["min_val"]?.int, range["max_val"]?.int)
    }
    self.ranges = ranges
    let calls = module["module_call_graph"]?.elements ?? []
    let whole = calls.first { $0["fqn"]?.string == "" }?["signature"]
    outputNames = try (whole?["out_spec"]?.string).map { try TorchExportTree.names(of: $0) } ?? []
  }

  private static func input(_ value: JSONValue) throws -> Input {
    guard let (kind, content) = value.members?.first else {
      throw TorchExportFault.field("input_specs", at: value.position)
    }
    func name() throws -> String {
      guard let name = content["arg"]?["name"]?.string else {
        throw TorchExportFault.field("arg", at: content.position)
      }
      return name
    }
    func key(_ field: StaticString) throws -> String {
      guard let key = content[field]?.string else { throw TorchExportFault.field("\(field)", at: content.position) }
      return key
    }
    switch kind {
    case "parameter": return .state(try name(), key: try key("parameter_name"))
    case "buffer": return .state(try name(), key: try key("buffer_name"))
    case "tensor_constant": return .constant(try name(), key: try key("tensor_constant_name"))
    case "user_input":
      guard let argument = content["arg"] else { throw TorchExportFault.field("arg", at: content.position) }
      return .user(try TorchExportArgument(argument, depth: 0))
    case "constant_input":
      guard let name = content["name"]?.string, let argument = content["value"] else {
        throw TorchExportFault.field("name", at: content.position)
      }
      return .fixed(name, try TorchExportArgument(argument, depth: 0))
    case "custom_obj":
      throw TorchExportFault.unsupported("holds a custom object, which only the program that made it understands")
    default: throw TorchExportFault.unsupported("an input of kind \(kind.quoted) is not supported")
    }
  }

  private static func output(_ value: JSONValue) throws -> Output {
    guard let (kind, content) = value.members?.first else {
      throw TorchExportFault.field("output_specs", at: value.position)
    }
    switch kind {
    case "user_output":
      guard let argument = content["arg"] else { throw TorchExportFault.field("arg", at: content.position) }
      return .user(try TorchExportArgument(argument, depth: 0))
    case "buffer_mutation", "user_input_mutation", "parameter_mutation":
      guard let name = content["arg"]?["name"]?.string else {
        throw TorchExportFault.field("arg", at: content.position)
      }
      if kind == "user_input_mutation" { return .input(name) }
      return .buffer(name, key: content["buffer_name"]?.string ?? content["parameter_name"]?.string ?? name)
    default:
      throw TorchExportFault.unsupported(
        "a result of kind \(kind.quoted), as training has them, is not supported; export the network for inference")
    }
  }
}
