import CNNGraphs

/// The operators by domain and name. ``standard`` are this library's; a program may add its own.
///
/// ```swift
/// let model = try Model(contentsOf: "model.onnx", operators: .standard.adding(Doubling.self))
/// ```
public struct OperatorRegistry: Sendable {
  private struct Key: Hashable {
    let domain: String
    let name: String
  }

  private var types: [Key: any Operator.Type] = [:]

  /// A registry of these operators.
  public init(_ operators: [any Operator.Type]) {
    for type in operators { types[Key(domain: type.signature.domain, name: type.signature.name)] = type }
  }

  /// These operators and more; of two with the same domain and name, the later one counts.
  public func adding(_ operators: any Operator.Type...) -> OperatorRegistry {
    var registry = self
    for type in operators {
      registry.types[Key(domain: type.signature.domain, name: type.signature.name)] = type
    }
    return registry
  }

  /// ONNX's own operators that this program knows.
  public static let standard = OperatorRegistry(StandardOperators.all)

  /// The operator of a domain and name; `ai.onnx` is another spelling of the empty domain.
  public func type(domain: String, name: String) -> (any Operator.Type)? {
    types[Key(domain: domain == "ai.onnx" ? "" : domain, name: name)]
  }

  /// The names of the types that are not among ``standard``, each with what it is called in a model.
  package var additions: [String] {
    types.filter { Self.standard.types[$0.key] != $0.value }.map { "\($0.key.domain).\($0.key.name) \($0.value)" }
      .sorted()
  }

  /// All signatures, by domain and name.
  public var signatures: [OperatorSignature] {
    types.values.map { $0.signature }.sorted { ($0.domain, $0.name) < ($1.domain, $1.name) }
  }
}
