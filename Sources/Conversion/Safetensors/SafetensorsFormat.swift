import CNNFormats

/// Weights in a safetensors file.
struct SafetensorsFormat: WeightsFormat {
  let name = "safetensors"
  let endings = [".safetensors"]
  let keepsMetadata = true

  func recognize(_ input: ModelFile) -> Recognition { SafetensorsReader.recognize(input) }

  func readWeights(_ input: ModelFile) throws -> Checkpoint { try SafetensorsReader.read(input.requireFile()) }

  func write(_ weights: ExportedWeights, to path: String) throws {
    try SafetensorsWriter.write(weights.entries, metadata: weights.metadata, to: path)
  }
}
