import CNNConv
import CNNSystem

/// A folder whose files appear together.
struct OutputFolder {
  private let folder: StagedFolder

  init(_ path: String) throws {
    do { folder = try StagedFolder(path) } catch { throw ConversionError(error) }
  }

  /// Writes a file, out of sight.
  /// - Parameter body: is given the path to write to.
  /// - Returns: the path that the file will have.
  @discardableResult
  func write(_ name: String, _ body: (String) throws -> Void) throws -> String {
    let path = "\(folder.path)/\(name)"
    do { try body(folder.place(name)) } catch {
      var error = ConversionError(outside: error)
      error.location.file = path
      throw error
    }
    return path
  }

  /// Lets all files appear.
  func publish() throws {
    do { try folder.publish() } catch { throw ConversionError(error) }
  }
}
