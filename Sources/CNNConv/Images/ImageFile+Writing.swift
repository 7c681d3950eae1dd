import CNNConversion
import CNNFormats

extension ImageFile {
  /// Writes a picture as PNG; the file appears whole or not at all.
  /// - Returns: the number of bytes.
  /// - Throws: ``ConversionError``.
  @discardableResult
  public static func write(_ image: RGBImage, to path: String) throws(ConversionError) -> Int {
    do {
      let file = try AtomicFile(path: path)
      try image.withPNG { try file.write($0) }
      try AtomicFile.publish(file)
      return file.byteCount
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }
}
