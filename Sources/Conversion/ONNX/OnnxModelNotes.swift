import CNNFormats

/// What an ONNX file says around its graph that only ONNX understands: the file's record without the graph.
struct OnnxModelNotes: FormatNotes {
  private let record: OnnxModel

  init(_ record: OnnxModel) {
    var record = record
    record.graph = OnnxGraph()
    self.record = record
  }

  /// The record to write a graph into: that of the file it was read from, or a new one.
  static func record(for metadata: ModelMetadata, _ notes: AttachedNotes) -> OnnxModel {
    guard var record = notes[OnnxModelNotes.self]?.record else { return OnnxModel(metadata) }
    if !record.metadata.elementsEqual(metadata.properties, by: { $0.key == $1.key && $0.value == $1.value }) {
      record.metadata = metadata.properties.map { OnnxEntry($0.key, $0.value) }
    }
    return record
  }
}

extension ModelMetadata {
  /// What a file's record says that means something in every format.
  init(_ record: OnnxModel) {
    self.init(format: "ONNX")
    irVersion = Int(record.irVersion)
    operatorSets = record.operatorSets.map { ($0.domain.isEmpty ? "ai.onnx" : $0.domain, Int($0.version)) }
    let parts = [record.producerName, record.producerVersion].compactMap(\.self).filter { !$0.isEmpty }
    producer = parts.isEmpty ? nil : parts.joined(separator: " ")
    properties = record.metadata.map { ($0.key, $0.value) }
    functionCount = record.functions.count
    // Until version 4 of the format every constant had to be listed among the inputs.
    listsConstantsAsInputs = irVersion < 4
    let sets = Dictionary(operatorSets.map { ($0.domain, $0.version) }, uniquingKeysWith: { a, _ in a })
    formatDetails =
      ["IR version \(irVersion)", "operator set \(operatorSet)"]
      + sets.filter { $0.key != "ai.onnx" }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
  }
}

extension OnnxModel {
  /// The record of a model that does not come from an ONNX file.
  fileprivate init(_ metadata: ModelMetadata) {
    self.init()
    irVersion = Int64(metadata.irVersion)
    producerName = metadata.producer
    operatorSets = metadata.operatorSets.map { set in
      OnnxOperatorSet(domain: set.domain == "ai.onnx" ? "" : set.domain, version: Int64(set.version))
    }
    self.metadata = metadata.properties.map { OnnxEntry($0.key, $0.value) }
  }

  /// The version of ONNX's own operator set.
  var operatorSet: Int {
    operatorSets.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map { Int($0.version) } ?? 1
  }

  /// Lowers the version of the file format to the one that came with the operator set, if nothing needs a newer one.
  mutating func lowerVersion() {
    let needed = functions.isEmpty ? 0 : Int64(OnnxVersions.functionVersion)
    irVersion = min(irVersion, max(needed, Int64(OnnxVersions.irVersion(forOperatorSet: operatorSet))))
  }

  /// Asks for another version of ONNX's operator set, and for the file format that goes with it.
  mutating func setOperatorSet(_ version: Int) {
    operatorSets.removeAll { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    operatorSets.insert(OnnxOperatorSet(version: Int64(version)), at: 0)
    irVersion = Int64(OnnxVersions.irVersion(forOperatorSet: version))
  }
}
