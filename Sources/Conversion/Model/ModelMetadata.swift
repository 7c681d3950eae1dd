/// What a model's file says around the graph, as far as it means something in every format.
public struct ModelMetadata: Sendable {
  /// The file format, such as `ONNX`.
  public var format: String
  /// What else a person should know of the file's format, such as `IR version 8`.
  public var formatDetails: [String] = []
  /// The version of ONNX's file format: the file's own, or the one that goes with the operator set.
  public var irVersion: Int
  /// The versions of the operator sets that the graph is expressed in, by domain, `ai.onnx` for ONNX's own.
  public var operatorSets: [(domain: String, version: Int)]
  /// The program that made the graph, such as `pytorch 2.9.0`.
  public var producer: String?
  /// Keys and values in the file's order.
  public var properties: [(key: String, value: String)] = []
  /// Number of functions that the model brings along.
  public var functionCount = 0
  /// True if the file's rules list constants among the inputs, so that these are no inputs but for a caller who says so.
  public var listsConstantsAsInputs = false

  /// The metadata of a graph that this program made.
  /// - Parameters:
  ///   - format: what the graph was made of.
  ///   - operatorSet: the version of ONNX's operators that it is expressed in.
  public init(format: String = "graph", operatorSet: Int = 17) {
    self.format = format
    irVersion = OnnxVersions.irVersion(forOperatorSet: operatorSet)
    operatorSets = [("ai.onnx", operatorSet)]
    producer = "cnnconv"
  }

  /// The version of ONNX's own operator set; 1 if none is named.
  public var operatorSet: Int { operatorSets.first { $0.domain == "ai.onnx" }?.version ?? 1 }

  /// The value of a key; of one that comes again the last.
  public func property(_ key: String) -> String? { properties.last { $0.key == key }?.value }

  /// Sets, or with `nil` removes, a property.
  public mutating func setProperty(_ key: String, _ value: String?) {
    properties.removeAll { $0.key == key }
    if let value { properties.append((key, value)) }
  }
}
