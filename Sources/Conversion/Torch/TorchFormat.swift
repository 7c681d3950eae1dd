import CNNFormats

/// PyTorch's weights: read from every container that `torch.save` and `torch.jit.save` write, written as `torch.save` does.
struct TorchFormat: WeightsFormat {
  let name = "torch"
  let endings = [".pth", ".pt"]

  func recognize(_ input: ModelFile) -> Recognition { TorchReader.recognize(input) }

  func readWeights(_ input: ModelFile) throws -> Checkpoint { try TorchReader.read(input) }

  func write(_ weights: ExportedWeights, to path: String) throws {
    try TorchArchiveWriter.write(weights.entries, stateVersion: weights.stateVersion, to: path)
  }
}
