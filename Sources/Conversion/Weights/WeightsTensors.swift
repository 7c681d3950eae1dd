import CNNFormats
import CNNGraphs

extension ReadableWeightsFormat {
  /// The tensors of a state dict: the usual one, or the one that is asked for. No architecture is looked for.
  public func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors {
    let checkpoint = try readWeights(input)
    let importer = CheckpointImporter(stateDictionary: options[StateDictionaryOption.self]?.path)
    guard let candidate = try importer.candidates(of: checkpoint).first else {
      throw ConversionError(.badInput, "holds no weights")
    }
    // What cannot be read is listed by name, not told in words.
    let leftOut = checkpoint.remarks.filter { !$0.hasSuffix("left out") && !$0.hasSuffix("for such reasons") }
    return StoredTensors(
      container: checkpoint.container.description, content: .weights, entries: candidate.dictionary.entries,
      omissions: candidate.omissions, metadata: checkpoint.metadata,
      remarks: importer.origin(of: candidate, in: checkpoint) + leftOut.map { Remark($0) })
  }
}
