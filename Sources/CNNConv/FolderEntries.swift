import CNNGraphs
import CNNSystem

extension Folder {
  /// The names in a folder, sorted.
  static func entries(of path: String) throws(ConversionError) -> [String] {
    do throws(FileError) { return try names(in: path) } catch { throw ConversionError(error) }
  }
}
