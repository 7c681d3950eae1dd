import CNNFormats
import CNNGraphs

/// Programs that `torch.export.save` wrote: a graph of ATen operators with its weights.
struct TorchExportFormat: ReadableModelFormat {
  let name = "torch.export"
  let title = "a torch.export archive"
  let endings = [".pt2"]
  let content = ModelContent.graph

  func recognize(_ input: ModelFile) -> Recognition { TorchExportReader.recognize(input) }

  func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel {
    try TorchExportImporter(TorchExportReader.read(input.requireFile())).importModel()
  }

  func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors {
    let archive = try TorchExportReader.read(input.requireFile())
    return StoredTensors(
      container: "PyTorch archive (torch.export)", content: content, entries: archive.states + archive.constants,
      remarks: archive.remarks.map { Remark($0) })
  }
}
