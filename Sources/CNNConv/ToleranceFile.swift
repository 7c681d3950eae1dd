import CNNGraphs
import CNNSystem
import FoundationEssentials

/// Reads the `tolerance.json` beside a suite's model.
enum ToleranceFile {
  /// - Returns: `nil` if there is no such file.
  /// - Throws: ``ConversionError`` if it is not `{"rtol": …, "atol": …}`.
  static func read(_ path: String) throws -> Tolerance? {
    guard Path.exists(path) else { return nil }
    do {
      return try JSONDecoder().decode(Tolerance.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ConversionError(.badInput, "is not {\"rtol\": …, \"atol\": …}", at: .init(file: path), cause: error)
    }
  }
}
