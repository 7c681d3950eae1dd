import CNNConversion
import CNNFormats
import CNNGraphs
import CNNSystem
import CNNTensors

/// The files of a fixture.
struct FixtureFiles {
  private let folder: String
  private let names: Set<String>
  private let arrays: [String: Tensor]

  /// Looks at a folder, or takes the arrays of one `.npz` file.
  init(_ path: String) throws(ConversionError) {
    folder = path
    let isFile = FileStatus(path: path)?.kind == .file
    names = isFile ? [] : Set(try Folder.entries(of: path))
    let archives = isFile ? [path] : names.filter { $0.hasSuffix(".npz") }.sorted().map { "\(path)/\($0)" }
    var arrays: [String: Tensor] = [:]
    do {
      for archive in archives {
        for (name, tensor) in try TensorFile.read(archive) {
          guard let name else { continue }
          guard arrays.updateValue(tensor, forKey: name) == nil else {
            throw ConversionError(.badInput, "a second array \(name.quoted)", at: .init(file: archive))
          }
        }
      }
    } catch { throw ConversionError(error) }
    self.arrays = arrays
  }

  /// How many numbered files there are: one more than the highest number; `nil` if it is above a limit.
  func count(of prefix: String, limit: Int) -> Int? {
    let highest = names.compactMap { number(of: $0, prefix) }.max()
    guard let highest else { return 0 }
    return highest < limit ? highest + 1 : nil
  }

  /// The error for a file that is numbered beyond the model's inputs or outputs.
  func excess(_ graph: Graph) throws -> ConversionError {
    for (prefix, count, what) in [
      ("input_", graph.inputs.count, "inputs"), ("output_", graph.outputs.count, "outputs"),
    ] {
      for name in names.sorted() where number(of: name, prefix) ?? -1 >= count {
        return ConversionError(.badInput, "the model has only \(count) \(what)", at: .init(file: "\(folder)/\(name)"))
      }
    }
    return ConversionError(.badInput, "does not go with the model", at: .init(file: folder))
  }

  private func number(of file: String, _ prefix: String) -> Int? {
    guard file.hasPrefix(prefix), file.hasSuffix(".pb") || file.hasSuffix(".npy"),
      let end = file.lastIndex(of: "."), let number = Int(file[..<end].dropFirst(prefix.count)), number >= 0
    else { return nil }
    return number
  }

  /// Reads a value.
  /// - Parameters:
  ///   - files: the names that its file may have, without their ending.
  ///   - name: the name of its array in an archive.
  /// - Returns: `nil` if it is not there.
  func read(_ files: [String], named name: String, as type: ValueType) throws -> RuntimeValue? {
    for file in files {
      if names.contains(file + ".pb") {
        let path = "\(folder)/\(file).pb"
        do { return try OnnxValueFile.read(path, as: type) } catch {
          throw ConversionError(outside: error, at: .init(file: path))
        }
      }
      if names.contains(file + ".npy"), let only = try TensorFile.read("\(folder)/\(file).npy").first {
        return .tensor(only.tensor)
      }
    }
    return (arrays[name] ?? files.lazy.compactMap { arrays[$0] }.first).map { .tensor($0) }
  }
}
