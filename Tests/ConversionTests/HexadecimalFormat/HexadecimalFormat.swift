import CNNConv

/// Weights as a text: a line a tensor, its key, its extents and the bits of its elements in hexadecimal digits.
struct HexadecimalFormat: WeightsFormat {
  let name = "hexadecimal"
  let endings = [".hex"]

  func recognize(_ input: ModelFile) -> Recognition {
    input.file?.withBytes { $0.starts(with: HexadecimalText.mark.utf8) } ?? false ? .certain : .none
  }

  func readWeights(_ input: ModelFile) throws -> Checkpoint {
    let entries = try HexadecimalText.entries(in: input.requireFile())
    let candidate = Checkpoint.Candidate(path: [], dictionary: StateDictionary(entries))
    return Checkpoint(container: .init("hexadecimal", "hexadecimal text"), candidates: [candidate])
  }

  func write(_ weights: ExportedWeights, to path: String) throws {
    let file = try AtomicFile(path: path)
    try Array(HexadecimalText.mark.utf8).withUnsafeBytes { try file.write($0) }
    for entry in weights.entries {
      try Array(HexadecimalText.line(for: entry).utf8).withUnsafeBytes { try file.write($0) }
    }
    try AtomicFile.publish(file)
  }
}
