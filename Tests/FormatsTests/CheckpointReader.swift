import CNNFormats

/// Reads a file of weights of whichever format claims it.
enum CheckpointReader {
  static func read(path: String) throws -> Checkpoint {
    let input = try ModelFile(path: path)
    if let file = input.file, SafetensorsReader.recognize(input) == .certain { return try SafetensorsReader.read(file) }
    return try TorchReader.read(input)
  }

  static func looksLikeCheckpoint(path: String) -> Bool {
    guard let input = try? ModelFile(path: path) else { return false }
    return max(SafetensorsReader.recognize(input), TorchReader.recognize(input)) > .none
  }
}
