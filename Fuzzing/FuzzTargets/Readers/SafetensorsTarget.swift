import CNNFormats

extension FuzzTarget {
  /// A safetensors file.
  static let safetensors = FuzzTarget(
    "safetensors", mutation: HeaderMutations.safetensors, words: HeaderMutations.safetensorsWords
  ) { input in
    _ = try SafetensorsReader.read(input.file())
  }
}
