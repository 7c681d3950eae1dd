import CNNConv
import CNNSystem

/// A tensor on stdout.
enum TensorStream {
  /// Writes a tensor as the bytes of a `.npy` file.
  static func write(_ tensor: Tensor) throws {
    guard !StandardStream.output.isTerminal else {
      throw ConversionError(.usage, "-o - is stdout, which is a terminal; redirect it or name a folder")
    }
    do {
      let passing = try PassingFolder(in: TemporaryPlace.folder)
      let place = passing.place("tensor.npy")
      TemporaryPlace.call(place, StandardInput.name)
      try TensorFile.write(tensor, to: place)
      try Terminal.print(file: MappedFile(path: place))
    } catch { throw ConversionError(outside: error) }
  }
}
