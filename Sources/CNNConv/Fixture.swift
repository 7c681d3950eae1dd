import CNNConversion
import CNNFormats
import CNNGraphs
import CNNSystem
import CNNTensors

/// Inputs and expected outputs of a model in files.
///
/// A folder holds, for each value, one of: `input_0.pb …`, `output_0.pb …` (the ONNX layout) or the same with `.npy`; a
/// file named after the value as ``FileNames`` does, `.npy` or `.pb`; an array of the value's name in any `.npz`. A
/// `.npz` file is a fixture by itself.
public struct Fixture: Sendable {
  /// The folder, or the `.npz` file.
  public let path: String
  /// Inputs by name.
  public let inputs: [String: RuntimeValue]
  /// Expected outputs with their names, in the model's order.
  public let outputs: [(name: String, value: RuntimeValue)]
  /// Expected values inside the model, by name, of which there are files or arrays.
  public let inside: [String: RuntimeValue]

  /// Reads a fixture for a model.
  /// - Throws: ``ConversionError`` if there is no output, or a file does not go with the model.
  public init(path: String, for model: Model) throws {
    self.path = path
    let graph = model.graph
    let files = try FixtureFiles(path)
    guard let inputCount = files.count(of: "input_", limit: graph.inputs.count),
      let outputCount = files.count(of: "output_", limit: graph.outputs.count)
    else { throw try files.excess(graph) }
    // Files before IR version 4 list their constants among the inputs, for which fixtures have no files.
    let ports = inputCount > graph.requiredInputs.count ? graph.inputs : graph.requiredInputs
    var names = FileNames()
    var inputs: [String: RuntimeValue] = [:]
    for (index, port) in ports.enumerated() {
      let value = graph[port]
      inputs[value.name] = try files.read(
        ["input_\(index)", names.next(for: value.name)], named: value.name, as: value.type)
    }
    self.inputs = inputs
    outputs = try graph.outputs.enumerated().compactMap { index, port in
      let value = graph[port]
      return try files.read(
        ["output_\(index)", names.next(for: value.name)], named: value.name, as: value.declaredType ?? value.type
      ).map { (value.name, $0) }
    }
    var inside: [String: RuntimeValue] = [:]
    for id in graph.nodes.flatMap(\.outputs).compactMap(\.self) where !graph[id].name.isEmpty {
      var names = FileNames()
      let value = graph[id]
      inside[value.name] = try files.read([names.next(for: value.name)], named: value.name, as: value.type)
    }
    self.inside = inside
    guard !outputs.isEmpty || outputCount > 0 else {
      throw ConversionError(
        .badInput,
        "holds no output_0.pb and no file or array named after an output; a fixture is a folder of input_0.pb …, "
          + "output_0.pb …, or .npy or .npz files", at: .init(file: path))
    }
  }
}
