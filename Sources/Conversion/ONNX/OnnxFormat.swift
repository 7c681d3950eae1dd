import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// ONNX models: a `ModelProto` with its weights inside, or beside it as external data.
struct OnnxFormat: ReadableModelFormat, WritableModelFormat {
  let name = "onnx"
  let title = "an ONNX model"
  let endings = [".onnx"]
  let content = ModelContent.graph
  let writingOptions: [any FormatOption.Type] = [OperatorSetOption.self, ExternalDataOption.self]

  func recognize(_ input: ModelFile) -> Recognition { OnnxReader.recognize(input) }

  func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel {
    let file = try input.requireFile()
    let record = try OnnxReader.readModel(file)
    let externalData = ExternalData(besideModelAt: input.path)
    let graph = try OnnxImporter(registry: options.operators, externalData: externalData).importGraph(record)
    let metadata = ModelMetadata(record)
    var model = ImportedModel(graph: graph, metadata: metadata, byteCount: file.byteCount)
    model.notes[OnnxModelNotes.self] = OnnxModelNotes(record)
    if metadata.operatorSet > OnnxVersions.newestOperatorSet {
      model.findings = [
        "operator set \(metadata.operatorSet) is newer than this program (\(OnnxVersions.newestOperatorSet))"
      ]
    }
    return model
  }

  func write(_ model: ExportedModel, to path: String, options: FormatOptions) throws -> [String] {
    let exporter = try OnnxExporter(
      metadata: model.metadata, notes: model.notes, operatorSet: options[OperatorSetOption.self]?.version)
    let policy = options[ExternalDataOption.self]?.policy ?? .automatic
    try OnnxWriter.write(exporter.export(model.graph), to: path, externalData: policy)
    return []
  }

  func files(of path: String) -> [String] { [path] + OnnxWriter.dataPaths(of: path) }
}
