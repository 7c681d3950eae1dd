import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

@testable import CNNFormats

/// Archives of `torch.export` made by hand that nobody saves: one line, a documented code, bounded work and memory.
@Suite struct TorchExportHostileTests {
  /// An archive of a program.
  private func archive(
    _ program: String, weights: String = "{\"config\": {}}", version: String = "0", extra: [(String, String)] = []
  ) throws -> String {
    let path = try TemporaryFolder.path("model.pt2")
    let file = try AtomicFile(path: path)
    var zip = ZipWriter(file)
    try zip.add("m/archive_format", "pt2")
    try zip.add("m/archive_version", version)
    try zip.add("m/byteorder", "little")
    try zip.add("m/models/model.json", program)
    try zip.add("m/data/weights/model_weights_config.json", weights)
    for (name, text) in extra { try zip.add("m/\(name)", text) }
    try zip.finish()
    try AtomicFile.publish(file)
    return path
  }

  /// A program of these calls on one input `x`, `[2, 3]`.
  private static func program(_ nodes: String, output: String = "y", major: Int = 8, inputs: String = "") -> String {
    let tensor = "{\"dtype\": 7, \"sizes\": [{\"as_int\": 2}, {\"as_int\": 3}], \"strides\": []}"
    return """
      {"schema_version": {"major": \(major), "minor": 20}, "torch_version": "2.13.0", "range_constraints": {},
      "graph_module": {"graph": {"inputs": [{"as_tensor": {"name": "x"}}], "outputs": [{"as_tensor": {"name": "\(output)"}}],
      "nodes": [\(nodes)], "tensor_values": {"x": \(tensor)}},
      "signature": {"input_specs": [\(inputs){"user_input": {"arg": {"as_tensor": {"name": "x"}}}}],
      "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "\(output)"}}}}]}, "module_call_graph": []}}
      """
  }

  private static func call(_ target: String, _ arguments: String, output: String = "y") -> String {
    "{\"target\": \"\(target)\", \"inputs\": [\(arguments)], \"outputs\": [{\"as_tensor\": {\"name\": \"\(output)\"}}], \"metadata\": {}}"
  }

  private static let x = "{\"name\": \"self\", \"arg\": {\"as_tensor\": {\"name\": \"x\"}}, \"kind\": 1}"

  private func refusal(_ path: String) -> ConversionError? {
    do {
      _ = try WorkBudget.$current.withValue(WorkBudget(limit: 10_000_000_000)) { try Model(contentsOf: path) }
      Issue.record("it was read")
    } catch let error as ConversionError {
      #expect(!error.message.contains("\n"))
      return error
    } catch { Issue.record("\(error)") }
    return nil
  }

  private func expect(_ path: String, _ code: ConversionError.Code, _ words: String) {
    guard let error = refusal(path) else { return }
    #expect(error.code == code && "\(error)".contains(words), "\(error.code): \(error)")
  }

  @Test func aProgramMadeByHand() throws {
    let model = try Model(contentsOf: archive(Self.program(Self.call("torch.ops.aten.relu.default", Self.x))))
    #expect(model.graph.nodes.count == 1)
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let relu = "torch.ops.aten.relu.default"
    expect(try archive(Self.program(Self.call("torch.ops.aten.system.default", Self.x))), .unsupported, "aten.system")
    expect(try archive(Self.program(Self.call("torch.ops.evil.run.default", Self.x))), .unsupported, "evil.run")
    expect(try archive(Self.program(Self.call("os.system", Self.x))), .unsupported, "os.system")
    expect(try archive(Self.program(Self.call("torch.ops.aten", Self.x))), .unsupported, "torch.ops.aten")
    expect(try archive(Self.program(Self.call(relu, Self.x), major: 7)), .unsupported, "schema 7")
    expect(try archive(Self.program(Self.call(relu, Self.x), major: 9)), .unsupported, "schema 9")
    expect(try archive(Self.program(Self.call(relu, Self.x)), version: "1"), .unsupported, "layout '1'")
    let object = "{\"custom_obj\": {\"arg\": {\"name\": \"o\"}, \"custom_obj_name\": \"o\"}},"
    expect(try archive(Self.program(Self.call(relu, Self.x), inputs: object)), .unsupported, "custom object")
    let token = "{\"token\": {\"arg\": {\"name\": \"t\"}}},"
    expect(try archive(Self.program(Self.call(relu, Self.x), inputs: token)), .unsupported, "'token'")
  }

  @Test func refusesWhatIsWrong() throws {
    let relu = "torch.ops.aten.relu.default"
    expect(try archive("{"), .badInput, "JSON")
    expect(try archive("{}"), .badInput, "'schema_version'")
    expect(try archive(Self.program("")), .badInput, "'y'")
    expect(try archive(Self.program("7")), .badInput, "'target'")
    expect(try archive(Self.program(Self.call(relu, ""))), .badInput, "arguments")
    // It reads what it makes itself.
    let own = "{\"name\": \"self\", \"arg\": {\"as_tensor\": {\"name\": \"y\"}}, \"kind\": 1}"
    expect(try archive(Self.program(Self.call(relu, own))), .badInput, "'y'")
    let missing = "{\"parameter\": {\"arg\": {\"name\": \"p_w\"}, \"parameter_name\": \"w\"}},"
    expect(try archive(Self.program(Self.call(relu, Self.x), inputs: missing)), .badInput, "its data is missing")
  }

  /// Graphs within graphs, as deep as JSON may be.
  @Test func deepGraphs() throws {
    var graph = "{\"inputs\": [], \"outputs\": [], \"nodes\": [], \"tensor_values\": {}}"
    for _ in 0..<60 {
      let argument = "{\"name\": \"g\", \"arg\": {\"as_graph\": {\"name\": \"g\", \"graph\": \(graph)}}, \"kind\": 1}"
      let node = Self.call("torch.ops.higher_order.cond", argument)
      graph = "{\"inputs\": [], \"outputs\": [], \"nodes\": [\(node)], \"tensor_values\": {}}"
    }
    let argument = "{\"name\": \"g\", \"arg\": {\"as_graph\": {\"name\": \"g\", \"graph\": \(graph)}}, \"kind\": 1}"
    expect(try archive(Self.program(Self.call("torch.ops.higher_order.cond", argument))), .limit, "deep")
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    expect(try archive(deep), .limit, "nested more than")
  }

  /// Weights that ask for more than there is.
  @Test func forgedSizes() throws {
    func weights(_ sizes: String, _ strides: String, offset: Int = 0) -> String {
      """
      {"config": {"w": {"path_name": "weight_0", "is_param": true, "use_pickle": false, "tensor_meta": {"dtype": 7,
      "sizes": [\(sizes)], "strides": [\(strides)], "storage_offset": {"as_int": \(offset)}, "layout": 7}}}}
      """
    }
    let input = "{\"parameter\": {\"arg\": {\"name\": \"p_w\"}, \"parameter_name\": \"w\"}},"
    let program = Self.program(Self.call("torch.ops.aten.relu.default", Self.x), inputs: input)
    let data = ("data/weights/weight_0", String(repeating: "w", count: 16))
    let good = try archive(program, weights: weights("{\"as_int\": 4}", "{\"as_int\": 1}"), extra: [data])
    #expect(try Model(contentsOf: good).graph.nodes.count == 1)
    for (sizes, strides, offset) in [
      ("{\"as_int\": 5}", "{\"as_int\": 1}", 0), ("{\"as_int\": 4}", "{\"as_int\": 1}", 1),
      ("{\"as_int\": 4}", "{\"as_int\": 9223372036854775807}", 0), ("{\"as_int\": -4}", "{\"as_int\": 1}", 0),
      ("{\"as_int\": 4}", "{\"as_int\": -1}", 0), ("{\"as_int\": 4}", "{\"as_int\": 1}", -1),
      ("{\"as_int\": 4611686018427387904}, {\"as_int\": 4}", "{\"as_int\": 0}, {\"as_int\": 0}", 0),
      ("{\"as_int\": 268435456}", "{\"as_int\": 0}", 0), ("{\"as_int\": 4}", "", 0),
    ] {
      let path = try archive(program, weights: weights(sizes, strides, offset: offset), extra: [data])
      guard let error = refusal(path) else { continue }
      #expect([.badInput, .limit].contains(error.code), "\(error)")
      #expect("\(error)".contains("'w'"), "\(error)")
    }
  }

  /// A small archive, cut at many places and with bytes changed, is read or refused, and nothing else.
  @Test(arguments: ["branching.training", "tied.old"]) func damaged(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: FixtureFolders.path("TorchExport/\(name)/model.pt2"))))
    let folder = try TemporaryFolder()
    func read(_ bytes: [UInt8]) throws {
      let path = try folder.write(bytes, "model.pt2")
      do { _ = try Model(contentsOf: path) } catch let error as ConversionError {
        #expect([.badInput, .unsupported, .limit].contains(error.code), "\(error)")
        #expect(!error.message.contains("\n"))
      }
    }
    for count in stride(from: 0, to: bytes.count, by: 97) { try read(Array(bytes.prefix(count))) }
    var random = SplitMix(seed: 11)
    for _ in 0..<400 {
      var copy = bytes
      for _ in 0..<random.pick(1...4) { copy[random.pick(0...bytes.count - 1)] = UInt8(random.pick(0...255)) }
      try read(copy)
    }
  }
}
