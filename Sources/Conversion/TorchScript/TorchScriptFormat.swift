import CNNFormats
import CNNGraphs

/// TorchScript archives, which `torch.jit.save` writes: traced, scripted or frozen networks. The source in the archive is
/// read as a graph; with an architecture given, the weights alone are taken.
struct TorchScriptFormat: ReadableModelFormat {
  let name = "torchscript"
  let title = "a TorchScript archive"
  let endings = [".torchscript"]
  let content = ModelContent.graph
  let keepsKeys = true
  let readingOptions: [any FormatOption.Type] = [
    ArchitectureOption.self, StateDictionaryOption.self, InputShapeOption.self,
  ]

  func recognize(_ input: ModelFile) -> Recognition { TorchScriptArchive.recognize(input) }

  func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel {
    if options[ArchitectureOption.self] != nil || options[StateDictionaryOption.self] != nil {
      var weightOptions = options
      weightOptions[InputShapeOption.self] = nil
      return try TorchFormat().read(input, options: weightOptions)
    }
    let archive = try TorchScriptArchive(input.requireFile())
    let importer = TorchScriptImporter(archive, shapes: options[InputShapeOption.self]?.shapes ?? [])
    return try importer.model()
  }

  /// The tensors under the keys of the module's state dict; those of a frozen network, which has none, by their numbers.
  func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors {
    do { return try TorchFormat().readTensors(input, options: options) } catch FormatError.checkpoint(.frozenScript) {
      let archive = try TorchScriptArchive(input.requireFile())
      let entries = archive.constants.enumerated().compactMap { number, value -> StateDictionary.Entry? in
        guard case .tensor(let tensor) = value else { return nil }
        return StateDictionary.Entry(key: "constants.\(number)", tensor: tensor)
      }
      return StoredTensors(container: TorchScriptImporter.container, content: content, entries: entries)
    }
  }
}
