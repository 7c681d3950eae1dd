import CNNGraphs

/// The operators by domain and name.
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

  /// ONNX's own operators that this program knows.
  public static let standard = OperatorRegistry(StandardOperators.all)

  /// The operator of a domain and name; `ai.onnx` is another spelling of the empty domain.
  public func type(domain: String, name: String) -> (any Operator.Type)? {
    types[Key(domain: domain == "ai.onnx" ? "" : domain, name: name)]
  }

  /// All signatures, by domain and name.
  public var signatures: [OperatorSignature] {
    types.values.map { $0.signature }.sorted { ($0.domain, $0.name) < ($1.domain, $1.name) }
  }
}
