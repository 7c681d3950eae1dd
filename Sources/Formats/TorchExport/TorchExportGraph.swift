import CNNTensors

/// A graph of a program of `torch.export`, field by field.
package struct TorchExportGraph: Sendable {
  /// Graphs within graphs, at most.
  static let depthLimit = 16

  /// A call.
  package struct Node: Sendable {
    /// An argument of a call.
    package struct Input: Sendable {
      /// The argument's declared name.
      package let name: String
      /// Its value.
      package let value: TorchExportArgument
      /// True if it is passed by name.
      package let isKeyword: Bool
    }

    /// What is called, such as `torch.ops.aten.conv2d.default`.
    package let target: String
    /// The arguments in order.
    package let inputs: [Input]
    /// The results.
    package let outputs: [TorchExportArgument]
    /// The module that makes the call, such as `layer1.0.conv1`; empty for the outermost.
    package let module: String
  }

  /// What is known of a tensor.
  package struct TensorRecord: Sendable {
    /// The element type; `nil` if there is none of it here.
    package let elementType: ElementType?
    /// PyTorch's number of the element type.
    package let typeNumber: Int
    /// The extents.
    package let sizes: [Size]
    /// The distances between neighbours along each axis, if all are known.
    package let strides: [Int]?
    /// Where the first element lies.
    package let offset: Int
    /// True if elements lie one by one, as they do unless the tensor is sparse or packed.
    package let isStrided: Bool
  }

  /// An extent.
  package enum Size: Hashable, Sendable {
    /// A number.
    case fixed(Int)
    /// A free one, by its name.
    case symbol(String)
    /// Computed of others.
    case expression
  }

  /// The inputs in order.
  package let inputs: [TorchExportArgument]
  /// The results in order.
  package let outputs: [TorchExportArgument]
  /// The calls in order.
  package let nodes: [Node]
  /// What is known of tensors by name.
  package let tensors: [String: TensorRecord]
  /// True if the graph as an operator's argument gives one tensor rather than a tuple.
  package let givesSingleTensor: Bool

  /// Reads a graph.
  init(_ value: JSONValue, depth: Int = 0) throws {
    func list(_ name: StaticString) throws -> [JSONValue] {
      guard let elements = value[name]?.elements else {
        throw TorchExportFault.field("\(name)", at: value.position)
      }
      return elements
    }
    inputs = try list("inputs").map { try TorchExportArgument($0, depth: depth) }
    outputs = try list("outputs").map { try TorchExportArgument($0, depth: depth) }
    nodes = try list("nodes").map { try Node($0, depth: depth) }
    var tensors: [String: TensorRecord] = [:]
    for (name, record) in value["tensor_values"]?.members ?? [] {
      tensors[name] = try TensorRecord(record, name: name)
    }
    self.tensors = tensors
    givesSingleTensor = value["is_single_tensor_return"]?.bool ?? false
  }
}

extension TorchExportGraph.Node {
  init(_ value: JSONValue, depth: Int) throws {
    guard let target = value["target"]?.string, let inputs = value["inputs"]?.elements,
      let outputs = value["outputs"]?.elements
    else { throw TorchExportFault.field("target", at: value.position) }
    self.target = target
    self.inputs = try inputs.map { input in
      guard let argument = input["arg"] else { throw TorchExportFault.field("arg", at: input.position) }
      return Input(
        name: input["name"]?.string ?? "", value: try TorchExportArgument(argument, depth: depth),
        isKeyword: input["kind"]?.int == 2)
    }
    self.outputs = try outputs.map { try TorchExportArgument($0, depth: depth) }
    module = Self.module(value["metadata"]?["nn_module_stack"]?.string ?? "")
  }

  /// The last module of `key,path,class;key,path,class`.
  private static func module(_ stack: String) -> String {
    guard let last = stack.split(separator: ";").last else { return "" }
    let parts = last.split(separator: ",", omittingEmptySubsequences: false)
    return parts.count >= 2 ? String(parts[1]) : ""
  }
}

extension TorchExportGraph.TensorRecord {
  /// Reads a record.
  init(_ value: JSONValue, name: String) throws {
    guard let number = value["dtype"]?.int else { throw TorchExportFault.tensorField("dtype", tensor: name) }
    guard let sizes = value["sizes"]?.elements, sizes.count <= 64 else {
      throw TorchExportFault.tensorField("sizes", tensor: name)
    }
    typeNumber = number
    elementType = ElementType(torchExportNumber: number)
    self.sizes = try sizes.map { try TorchExportGraph.Size($0, name) }
    let strides = try (value["strides"]?.elements ?? []).map { try TorchExportGraph.Size($0, name) }
    let known = strides.compactMap { if case .fixed(let stride) = $0 { stride } else { nil } }
    self.strides = known.count == strides.count && known.count == sizes.count ? known : nil
    offset = value["storage_offset"]?["as_int"]?.int ?? 0
    isStrided = (value["layout"]?.int ?? 7) == 7
  }
}

extension TorchExportGraph.Size {
  fileprivate init(_ value: JSONValue, _ name: String) throws {
    if let extent = value["as_int"]?.int {
      self = .fixed(extent)
    } else if let text = value["as_expr"]?["expr_str"]?.string {
      self = Self.symbol(in: text).map { .symbol($0) } ?? .expression
    } else {
      throw TorchExportFault.tensorField("sizes", tensor: name)
    }
  }

  /// The name in `s77` or `Symbol('s77', positive=True, integer=True)`.
  private static func symbol(in text: String) -> String? {
    var name = Substring(text)
    if name.hasPrefix("Symbol('") {
      name = name.dropFirst(8)
      guard let end = name.firstIndex(of: "'") else { return nil }
      let rest = name[end...].dropFirst()
      guard rest.hasSuffix(")"), !rest.dropLast().contains(where: { $0 == "(" || $0 == ")" }) else { return nil }
      name = name[..<end]
    }
    guard !name.isEmpty, name.count <= 64, name.first?.isLetter ?? false,
      name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { return nil }
    return String(name)
  }
}

extension ElementType {
  /// The element type of a number in `torch/_export/serde/schema.py`, `ScalarType`.
  package init?(torchExportNumber number: Int) {
    let types: [Int: ElementType] = [
      1: .uint8, 2: .int8, 3: .int16, 4: .int32, 5: .int64, 6: .float16, 7: .float32, 8: .float64, 10: .complex64,
      11: .complex128, 12: .bool, 13: .bfloat16, 28: .uint16, 29: .float8e4m3fn, 30: .float8e5m2,
      31: .float8e4m3fnuz, 32: .float8e5m2fnuz, 33: .float8e8m0, 34: .uint32, 35: .uint64,
    ]
    guard let type = types[number] else { return nil }
    self = type
  }
}
