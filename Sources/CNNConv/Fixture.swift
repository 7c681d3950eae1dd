import CNNConversion
import CNNFormats
import CNNGraphs
import CNNSystem
import CNNTensors

/// Inputs and expected outputs of a model in the ONNX layout: a folder of `input_0.pb …`, `output_0.pb …`.
public struct Fixture: Sendable {
  /// The folder.
  public let path: String
  /// Inputs by name.
  public let inputs: [String: RuntimeValue]
  /// Expected outputs with their names, in the model's order.
  public let outputs: [(name: String, value: RuntimeValue)]

  /// Reads a fixture for a model.
  /// - Throws: ``ConversionError`` if the folder has no such files or they do not go with the model.
  public init(path: String, for model: Model) throws {
    self.path = path
    let graph = model.graph
    let files = try Folder.entries(of: path)
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
