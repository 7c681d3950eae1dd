import CNNTensors

/// Writes safetensors files.
public enum SafetensorsWriter {
  /// Writes tensors and `__metadata__`.
  /// - Throws: ``FormatError``, ``FileError``.
  public static func write(
    _ entries: [StateDictionary.Entry], metadata: [String: String] = [:], to path: String
  ) throws {
    throw FormatError.undecodable(message: "not yet written")
  }
}
