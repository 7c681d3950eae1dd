import CNNFormats

/// Weights in a NumPy archive, an array for each key. NumPy has no bfloat16 and no 8-bit floats: a tensor of such a type is
/// refused, because the file would no longer hold what the model does.
struct NumpyFormat: WeightsFormat {
  let name = "npz"
  let endings = [".npz"]

  func recognize(_ input: ModelFile) -> Recognition { NumpyArchiveReader.recognize(input) }

  func readWeights(_ input: ModelFile) throws -> Checkpoint { try NumpyArchiveReader.read(input.requireFile()) }

  func write(_ weights: ExportedWeights, to path: String) throws {
    try NumpyArchiveWriter.write(weights.entries, to: path)
  }
}
