import CNNFormats
import CNNGraphs

/// What an ONNX file says around its graph: kept when a model is read, and written back.
public struct OnnxEnvelope: Sendable {
  /// The file's model record without its graph.
  var record: OnnxModel

  /// The version of ONNX's own operator set.
  public var operatorSet: Int {
    record.operatorSets.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map { Int($0.version) } ?? 1
  }

  /// Version of the file format.
  public var irVersion: Int { Int(record.irVersion) }
  /// All operator sets by domain, `ai.onnx` for the empty one.
  public var operatorSets: [(domain: String, version: Int)] {
    record.operatorSets.map { ($0.domain.isEmpty ? "ai.onnx" : $0.domain, Int($0.version)) }
  }
  /// The program that wrote the file, such as `pytorch 2.9.0`.
  public var producer: String? {
    let parts = [record.producerName, record.producerVersion].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
  /// The model's documentation.
  public var documentation: String? { record.documentation }
  /// The model's version as its maker counts.
  public var modelVersion: Int? { record.modelVersion.map { Int($0) } }
  /// Keys and values in the file's order.
  public var metadata: [(key: String, value: String)] { record.metadata.map { ($0.key, $0.value) } }
  /// Number of functions the model brings along.
  public var functionCount: Int { record.functions.count }
  /// Number of training procedures the model brings along.
  public var trainingInfoCount: Int { record.trainingInfo.count }

  /// The envelope of a model that was not read from an ONNX file.
  /// - Parameter operatorSet: the version of ONNX's operators it is written in.
  public init(operatorSet: Int = 17, producer: String = "cnnconv") {
    record = OnnxModel()
    record.irVersion = Int64(OnnxVersions.irVersion(forOperatorSet: operatorSet))
    record.producerName = producer
    record.operatorSets = [OnnxOperatorSet(version: Int64(operatorSet))]
  }

  init(_ record: OnnxModel) {
    self.record = record
    self.record.graph = OnnxGraph()
  }

  /// Asks for another version of ONNX's operator set, and for the file format that goes with it.
  mutating func setOperatorSet(_ version: Int) {
    record.operatorSets.removeAll { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    record.operatorSets.insert(OnnxOperatorSet(version: Int64(version)), at: 0)
    record.irVersion = max(record.irVersion, Int64(OnnxVersions.irVersion(forOperatorSet: version)))
  }
}

/// Which file-format version goes with which operator set (ONNX "Versioning", table of released versions).
public enum OnnxVersions {
  /// The newest operator set this program knows.
  public static let newestOperatorSet = 28

  static func irVersion(forOperatorSet version: Int) -> Int {
    switch version {
    case ...8: 3
    case 9: 4
    case 10: 5
    case 11: 6
    case 12...14: 7
    case 15...18: 8
    case 19...20: 9
    case 21...22: 10
    case 23: 11
    case 24: 12
    case 25...27: 13
    default: 14
    }
  }
}
