/// An argument or a result as a program of `torch.export` lists it.
package enum TorchExportArgument: Sendable {
  /// `None`.
  case none
  /// A tensor by its name in the graph.
  case tensor(String)
  /// Tensors by name; `nil` for `None`.
  case tensors([String?])
  /// An integer.
  case int(Int)
  /// A real number.
  case float(Double)
  /// A flag.
  case bool(Bool)
  /// A text.
  case string(String)
  /// An element type by PyTorch's number of it in such programs.
  case elementType(Int)
  /// What says nothing of values: a device, a layout, a memory format.
  case setting(String)
  /// A number that only a run knows, by its name in the graph.
  case symbol(String)
  /// A list of numbers or texts.
  case list([TorchExportArgument])
  /// A graph that an operator runs.
  case graph(TorchExportGraph)
  /// Anything else, by the name of its kind.
  case other(String)
}

extension TorchExportArgument {
  /// Reads an argument: an object of one key, which is its kind.
  init(_ value: JSONValue, depth: Int) throws {
    guard let (kind, content) = value.members?.first else { throw TorchExportFault.field("arg", at: value.position) }
    func fault() -> TorchExportFault { .field(kind, at: content.position) }
    func required<T>(_ value: T?) throws -> T {
      guard let value else { throw fault() }
      return value
    }
    func elements() throws -> [JSONValue] { try required(content.elements) }
    switch kind {
    case "as_none": self = .none
    case "as_tensor": self = .tensor(try required(content["name"]?.string))
    case "as_tensors":
      self = .tensors(try elements().map { try required($0["name"]?.string) })
    case "as_optional_tensor": self = try Self.optional(content).map { .tensor($0) } ?? .none
    case "as_optional_tensors": self = .tensors(try elements().map(Self.optional))
    case "as_nested_tensors": self = .other(kind)
    case "as_int": self = .int(try required(content.int))
    case "as_float": self = .float(try required(content.double))
    case "as_bool": self = .bool(try required(content.bool))
    case "as_string": self = .string(try required(content.string))
    case "as_ints": self = .list(try elements().map { .int(try required($0.int)) })
    case "as_floats": self = .list(try elements().map { .float(try required($0.double)) })
    case "as_bools": self = .list(try elements().map { .bool(try required($0.bool)) })
    case "as_strings": self = .list(try elements().map { .string(try required($0.string)) })
    case "as_int_lists":
      self = .list(try elements().map { .list(try required($0.elements).map { .int(try required($0.int)) }) })
    case "as_scalar_type": self = .elementType(try required(content.int))
    case "as_memory_format", "as_layout", "as_device": self = .setting(kind)
    case "as_sym_int", "as_sym_bool", "as_sym_float": self = try Self.symbol(content)
    case "as_sym_ints", "as_sym_bools", "as_sym_floats": self = .list(try elements().map(Self.symbol))
    case "as_graph":
      guard depth < TorchExportGraph.depthLimit else {
        throw TorchExportFault.tooDeep(limit: TorchExportGraph.depthLimit)
      }
      self = .graph(try TorchExportGraph(try required(content["graph"]), depth: depth + 1))
    default: self = .other(kind)
    }
  }

  /// `{as_tensor: {name}}` or `{as_none}`, or the name alone.
  private static func optional(_ value: JSONValue) throws -> String? {
    if let name = value["name"]?.string { return name }
    if let name = value["as_tensor"]?["name"]?.string { return name }
    guard value["as_none"] != nil else { throw TorchExportFault.field("as_tensor", at: value.position) }
    return nil
  }

  /// A number that is known or has a name.
  private static func symbol(_ value: JSONValue) throws -> TorchExportArgument {
    if let name = value["as_name"]?.string { return .symbol(name) }
    if let number = value["as_int"]?.int { return .int(number) }
    if let number = value["as_float"]?.double { return .float(number) }
    if let flag = value["as_bool"]?.bool { return .bool(flag) }
    throw TorchExportFault.field("as_name", at: value.position)
  }
}
