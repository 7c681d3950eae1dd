import CNNTensors

/// Writes the zip archive of `torch.save`.
public enum TorchArchiveWriter {
  /// Writes an ordered dictionary of tensors.
  /// - Throws: ``FormatError``, ``FileError``.
  public static func write(_ entries: [StateDictionary.Entry], to path: String) throws {
    throw FormatError.undecodable(message: "not yet written")
  }
}
