import CNNFormats
import CNNTensors

extension FuzzTarget {
  /// A picture of any kind, and a small one made of it.
  static let image = FuzzTarget(
    "image", words: ["JFIF", "Adobe", "IHDR", "PLTE", "IDAT", "IEND", "RIFF", "WEBP", "VP8L", "VP8X", "ANMF"]
  ) {
    input in
    let image = try ImageReader.read(input.bytes)
    let filters = Interpolation.allCases
    let filter = filters[input.bytes.count % filters.count]
    _ = try image.resized(width: 7, height: 5, by: filter)
  }
}
