import CNNFormats

/// Weights in several files: an index, and the shards beside it.
struct ShardsFormat: ReadableWeightsFormat {
  let name = "shards"
  let endings = [".index.json"]

  func recognize(_ input: ModelFile) -> Recognition { ShardReader.recognize(input) }

  func readWeights(_ input: ModelFile) throws -> Checkpoint { try ShardReader.read(input) }
}
