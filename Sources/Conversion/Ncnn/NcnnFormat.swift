import CNNFormats
import CNNGraphs
import CNNTensors

/// Networks of ncnn: layers in a text, and their weights in a file beside it.
struct NcnnFormat: ReadableModelFormat, WritableModelFormat {
  let name = "ncnn"
  let title = "an ncnn network"
  let endings = [".param"]
  let content = ModelContent.graph
  let writesPlainGraphs = true
  let readingOptions: [any FormatOption.Type] = [InputShapeOption.self]
  let writingOptions: [any FormatOption.Type] = [PrecisionOption.self, NamesOption.self]

  func recognize(_ input: ModelFile) -> Recognition { NcnnFiles.recognize(input) }

  func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel {
    let file = try input.requireFile()
    let layers = try file.withBytes { try NcnnText.layers(of: $0) }
    let data = try NcnnData(besideModelAt: input.path)
    let shapes = options[InputShapeOption.self]?.shapes ?? []
    let graph = try NcnnImporter(layers, data: data, shapes: shapes).importGraph()
    var metadata = ModelMetadata(format: "ncnn", operatorSet: graph.neededOperatorSet)
    metadata.producer = nil
    return ImportedModel(graph: graph, metadata: metadata, byteCount: file.byteCount + data.byteCount)
  }

  func write(_ model: ExportedModel, to path: String, options: FormatOptions) throws -> [String] {
    let precision = options[PrecisionOption.self]?.elementType ?? .float32
    guard precision != .bfloat16 else {
      throw ConversionError(
        .usage, "ncnn's files hold float32 or float16; it makes bfloat16 of them itself",
        at: .init(setting: Setting(PrecisionOption.name, value: "bfloat16")))
    }
    let draft = try NcnnExporter(model.graph, names: options[NamesOption.self]?.names ?? []).export()
    let layers = draft.entries.map { (layer: $0.layer, weights: $0.weights) }
    return draft.remarks + (try NcnnFiles.write(layers, isHalf: precision == .float16, to: path))
  }

  func files(of path: String) -> [String] { [path, NcnnFiles.dataPath(of: path)] }
}
