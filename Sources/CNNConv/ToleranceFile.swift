import CNNGraphs
import CNNSystem
import FoundationEssentials

/// Reads the `tolerance.json` beside a suite's model.
enum ToleranceFile {
  /// The most bytes that are looked at.
  private static let limit = 1 << 16

  /// - Returns: `nil` if there is no such file.
  /// - Throws: ``ConversionError`` if it is not `{"rtol": …, "atol": …}`.
  static func read(_ path: String) throws -> Tolerance? {
    guard Path.exists(path) else { return nil }
    do {
      let file = try MappedFile(path: path)
      return try file.withBytes { try JSONDecoder().decode(Tolerance.self, from: Data($0.prefix(limit))) }
    } catch let error as FileError {
      throw ConversionError(error)
    } catch {
      throw ConversionError(.badInput, "is not {\"rtol\": …, \"atol\": …}", at: .init(file: path), cause: error)
    }
  }
}
