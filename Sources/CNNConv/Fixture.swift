import CNNConversion
import CNNFormats
import CNNGraphs
import CNNTensors
import Glibc

/// Inputs and expected outputs of a model in the ONNX layout: a folder of `input_0.pb …`, `output_0.pb …`.
public struct Fixture: Sendable {
  /// The folder.
  public let path: String
  /// Inputs by name.
  public let inputs: [String: RuntimeValue]
  /// Expected outputs with their names, in the model's order.
  public let outputs: [(name: String, value: RuntimeValue)]

  /// Reads a fixture for a model.
  /// - Throws: ``ConversionError`` where the folder has no such files or they do not go with the model.
  public init(path: String, for model: Model) throws {
    self.path = path
    let graph = model.graph
    let files = try Folder.names(in: path)
    let inputFiles = Fixture.numbered("input_", files)
    let outputFiles = Fixture.numbered("output_", files)
    guard !outputFiles.isEmpty else {
      throw ConversionError(
        .badInput, "holds no output_0.pb; a fixture is a folder of input_0.pb …, output_0.pb …", at: .init(file: path))
    }
    // Files before IR version 4 list their constants among the inputs, for which fixtures have no files.
    let ports = inputFiles.count > graph.requiredInputs.count ? graph.inputs : graph.requiredInputs
    var inputs: [String: RuntimeValue] = [:]
    for (index, file) in inputFiles {
      let path = "\(path)/\(file)"
      guard index < ports.count else {
        throw ConversionError(.badInput, "the model has only \(ports.count) inputs", at: .init(file: path))
      }
      let value = graph[ports[index]]
      inputs[value.name] = try Fixture.read(path, as: value.type)
    }
    self.inputs = inputs
    outputs = try outputFiles.map { index, file in
      let path = "\(path)/\(file)"
      guard index < graph.outputs.count else {
        throw ConversionError(.badInput, "the model has only \(graph.outputs.count) outputs", at: .init(file: path))
      }
      let value = graph[graph.outputs[index]]
      return (value.name, try Fixture.read(path, as: value.declaredType ?? value.type))
    }
  }

  private static func numbered(_ prefix: String, _ files: [String]) -> [(Int, String)] {
    files.compactMap { file in
      guard file.hasPrefix(prefix), file.hasSuffix(".pb") else { return nil }
      return Int(file.dropFirst(prefix.count).dropLast(3)).map { ($0, file) }
    }.sorted { $0.0 < $1.0 }
  }

  private static func read(_ path: String, as type: ValueType) throws -> RuntimeValue {
    do { return try OnnxValueFile.read(path, as: type) } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }
}

/// Folders by their entries' names.
enum Folder {
  /// The names in a folder, sorted.
  static func names(in path: String) throws(ConversionError) -> [String] {
    guard let folder = opendir(path) else { throw ConversionError(FileError(.open, path: path)) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Bytes of a file; `nil` if there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }
}
