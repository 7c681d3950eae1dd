import CNNFormats
import CNNGraphs
import CNNTensors

/// What one version of an ONNX operator allows.
struct OnnxSchema: Sendable {
  /// One input or output, or, if it is variadic, any number of them.
  struct Parameter: Sendable {
    enum Kind: Sendable { case required, optional, variadic(isUniform: Bool, least: Int) }

    let kind: Kind
    /// What is of the same type wherever this name stands.
    let typeName: String?
    let types: Set<Substring>

    fileprivate var isVariadic: Bool { if case .variadic = kind { true } else { false } }

    fileprivate var least: Int {
      switch kind {
      case .required: 1
      case .optional: 0
      case .variadic(_, let least): least
      }
    }
  }

  /// The kind of an attribute by ONNX's number, and whether it must be there.
  struct Attribute: Sendable {
    let kind: Int
    let isRequired: Bool
  }

  /// The operator set that brought this version.
  let version: Int
  let isDeprecated: Bool
  let inputs: [Parameter]
  let outputs: [Parameter]
  let attributes: [String: Attribute]

  /// Why a node is not what this version allows.
  enum Complaint: Equatable {
    /// It has no such form: a number of inputs or outputs, or an attribute.
    case form(String)
    /// An element type.
    case type(String)

    var words: String {
      switch self {
      case .form(let words), .type(let words): words
      }
    }
  }

  /// What this version does not allow; `nil` if the node is all right.
  /// - Parameters:
  ///   - inputTypes: the types of the node's inputs, as far as they are known.
  ///   - outputTypes: those of its outputs.
  func complaint(about node: OnnxNode, inputTypes: [ValueType], outputTypes: [ValueType]) -> Complaint? {
    if isDeprecated { return .form("it is no longer part of it") }
    if let words = attributeComplaint(node) { return .form(words) }
    var bound: [String: String] = [:]
    return complaint(node.inputs, inputTypes, inputs, "input", &bound)
      ?? complaint(node.outputs, outputTypes, outputs, "output", &bound)
  }

  private func attributeComplaint(_ node: OnnxNode) -> String? {
    for attribute in node.attributes where !attribute.name.hasPrefix("__") {
      guard let known = attributes[attribute.name] else { return "no attribute \(attribute.name.quoted)" }
      guard known.kind == attribute.value.kindNumber else {
        return "attribute \(attribute.name.quoted) is of another kind"
      }
    }
    let given = Set(node.attributes.map(\.name))
    for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) where attribute.isRequired {
      if !given.contains(name) { return "attribute \(name.quoted) is required" }
    }
    return nil
  }

  private func complaint(
    _ names: [String], _ types: [ValueType], _ parameters: [Parameter], _ what: String, _ bound: inout [String: String]
  ) -> Complaint? {
    let least = (parameters.lastIndex { $0.least > 0 }).map { $0 + parameters[$0].least } ?? 0
    let most = parameters.last?.isVariadic == true ? Int.max : parameters.count
    guard names.count >= least, names.count <= most else {
      let range = most == .max ? "\(least) or more" : least == most ? "\(least)" : "\(least) to \(most)"
      return .form("\(range) \(what)s, \(names.count) found")
    }
    for (index, name) in names.enumerated() where name.isEmpty && index < parameters.count {
      if case .required = parameters[index].kind { return .form("\(what) \(index) is required") }
    }
    let known = names.indices.map { names[$0].isEmpty || $0 >= types.count ? .unknown : types[$0] }
    return typeComplaint(known, parameters, what, &bound).map { .type($0) }
  }

  /// The first type that this version does not allow, whatever else may be wrong; `nil` if there is none.
  func typeComplaint(inputTypes: [ValueType], outputTypes: [ValueType]) -> String? {
    var bound: [String: String] = [:]
    return typeComplaint(inputTypes, inputs, "input", &bound) ?? typeComplaint(outputTypes, outputs, "output", &bound)
  }

  private func typeComplaint(
    _ types: [ValueType], _ parameters: [Parameter], _ what: String, _ bound: inout [String: String]
  ) -> String? {
    for (index, type) in types.enumerated() {
      guard let type = type.schemaName, let last = parameters.last, index < parameters.count || last.isVariadic else {
        continue
      }
      let parameter = index < parameters.count ? parameters[index] : last
      guard parameter.types.contains(Substring(type)) else { return "\(what) \(index) of type \(type) is not allowed" }
      if case .variadic(isUniform: false, _) = parameter.kind { continue }
      guard let typeName = parameter.typeName else { continue }
      if let other = bound.updateValue(type, forKey: typeName), other != type {
        return "\(what) \(index) is of type \(type), and another one of \(other)"
      }
    }
    return nil
  }
}

extension OnnxAttribute.Value {
  /// ONNX's number of the attribute's kind.
  fileprivate var kindNumber: Int {
    switch self {
    case .float: 1
    case .int: 2
    case .string: 3
    case .tensor: 4
    case .graph: 5
    case .floats: 6
    case .ints: 7
    case .strings: 8
    case .tensors: 9
    case .graphs: 10
    case .sparseTensor: 11
    case .sparseTensors: 12
    case .type: 13
    case .types: 14
    case .reference(_, let kind): Int(kind)
    }
  }
}

extension ValueType {
  /// The type's name in the table; `nil` if it is not known in full.
  fileprivate var schemaName: String? {
    switch self {
    case .tensor(let type): return type.elementType?.schemaName
    case .sparseTensor(let type): return type.elementType.map { "sparse[\($0.schemaName)]" }
    case .sequence(let element): return element.schemaName.map { "seq[\($0)]" }
    case .optional(let element): return element.schemaName.map { "optional[\($0)]" }
    case .map(let key, let value):
      guard let key, let value = value.schemaName else { return nil }
      return "map[\(key.schemaName),\(value)]"
    case .opaque, .unknown: return nil
    }
  }
}

extension ElementType {
  fileprivate var schemaName: String {
    switch self {
    case .float32: "float"
    case .float64: "double"
    default: rawValue
    }
  }
}
