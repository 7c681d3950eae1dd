import CNNFormats
import CNNGraphs

/// A format that holds weights alone, of which a state dict is read. Recognising the architecture and drawing the graph
/// is done for it.
public protocol ReadableWeightsFormat: ReadableModelFormat {
  /// The tensors of a file by key.
  /// - Throws: a `FormatFault` saying what is wrong and where.
  func readWeights(_ input: ModelFile) throws -> Checkpoint
}

/// A format that holds weights alone, and is written, too. Finding the keys of a graph's weights is done for it.
public protocol WeightsFormat: ReadableWeightsFormat, WritableModelFormat {
  /// Writes tensors by key; the file appears whole or not at all.
  /// - Throws: a `FormatFault` saying what is wrong.
  func write(_ weights: ExportedWeights, to path: String) throws
  /// True if a file has room for keys and values of its own.
  var keepsMetadata: Bool { get }
}

extension WeightsFormat {
  /// False.
  public var keepsMetadata: Bool { false }

  /// Writes the weights under the keys of the architecture that the model is recognised as.
  public func write(_ model: ExportedModel, to path: String, options: FormatOptions) throws -> [String] {
    let weights = try model.weights()
    try write(weights, to: path)
    return weights.remarks
  }
}

extension ReadableWeightsFormat {
  /// A state dict.
  public var title: String { "a state dict" }
  /// Weights alone.
  public var content: ModelContent { .weights }
  /// The architecture, and which of several state dicts.
  public var readingOptions: [any FormatOption.Type] { [ArchitectureOption.self, StateDictionaryOption.self] }

  /// Recognises the architecture of the weights and draws its graph.
  public func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel {
    let importer = CheckpointImporter(
      architecture: options[ArchitectureOption.self]?.architecture,
      stateDictionary: options[StateDictionaryOption.self]?.path, size: options.imageSize, isStrict: options.isStrict)
    return try importer.importCheckpoint(readWeights(input))
  }
}
