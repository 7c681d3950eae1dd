import CNNConversion
import CNNFormats
import CNNGraphs

/// Writes pages and pictures.
public enum PageFile {
  /// Writes text to a file that appears whole or not at all.
  /// - Returns: the number of bytes.
  /// - Throws: ``ConversionError``.
  @discardableResult
  public static func write(_ text: String, to path: String) throws(ConversionError) -> Int {
    do {
      let file = try AtomicFile(path: path)
      var text = text
      try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
      try AtomicFile.publish(file)
      return file.byteCount
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }
}
