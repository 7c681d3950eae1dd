import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Attributes that no exporter writes: each is refused or means something, and none ends the process or takes memory out
/// of proportion. All of it runs in a process of its own.
@Suite struct HostileAttributeTests {
  private static let integers = [0, -1, 1, 2, 7, -7, 1 << 31, 1 << 40, -1 << 40, .max, .min, .max / 2 + 1]
  private static let numbers: [Float] = [0, -1, 1e38, -1e38, 1e-38, .infinity, -.infinity, .nan]
  private static let texts = ["", "x", "NOTSET", "\0", String(repeating: "linear", count: 100), "..,->", "ij,jk->ik"]

  /// Values of an attribute's own kind.
  private static func variants(of value: Attribute) -> [Attribute] {
    switch value {
    case .int: integers.map { .int($0) }
    case .float: numbers.map { .float($0) }
    case .string: texts.map { .string(Array($0.utf8)) }
    case .ints(let values):
      [.ints([]), .ints(values + [1]), .ints(Array(repeating: 1, count: 100))]
        + values.indices.flatMap { index in
          integers.map { hostile in
            var changed = values
            changed[index] = hostile
            return Attribute.ints(changed)
          }
        } + integers.map { .ints(Array(repeating: $0, count: max(values.count, 1))) }
    case .floats(let values): [.floats([])] + numbers.map { .floats(Array(repeating: $0, count: values.count + 1)) }
    case .strings(let values):
      [.strings([])] + texts.map { .strings(Array(repeating: Array($0.utf8), count: values.count)) }
    default: []
    }
  }

  /// Reads, infers and evaluates an operator of these attributes.
  private static func attempt(
    _ sample: OperatorSample, _ attributes: [(name: String, value: Attribute)], without taken: Set<Int>
  ) throws {
    var reader = sample.reader(attributes, version: sample.version, without: taken)
    let operation = try sample.type().init(from: &reader)
    try reader.finish()
    let inputs = sample.inputs.map { value in
      value.map { value in value.tensor.map { InferredValue(.tensor(TensorType(of: $0))) } ?? .unknown }
    }
    let context = InferenceContext(inputs: inputs, outputCount: sample.node.outputs.count) { body, arguments in
      var body = body
      var inner = TypeInference()
      return try inner.infer(&body, inputs: arguments)
    }
    _ = try operation.infer(context)
    _ = try sample.evaluate(operation, without: taken, adding: reader.addedInputs)
  }

  /// Where the process that attempts it notes what it is at.
  private static let log = "\(TemporaryFolder.session)/hostile-attributes"

  static func attemptAll() throws {
    MemoryBudget.process.limit = 1 << 28
    let log = try #require(FileHandle(forWritingAtPath: Self.log))
    for name in OperatorSample.names {
      let sample = try OperatorSample(name)
      let writer = try sample.written(sample.node.operator, version: sample.version)
      for index in writer.attributes.indices {
        for value in variants(of: writer.attributes[index].value) {
          var changed = writer.attributes
          changed[index].value = value
          log.write(Data("\(name): \(changed[index].name) = \(value)\n".utf8))
          // An error is as good as a result.
          try? attempt(sample, changed, without: writer.takenInputs)
        }
        var fewer = writer.attributes
        fewer.remove(at: index)
        log.write(Data("\(name): no \(writer.attributes[index].name)\n".utf8))
        try? attempt(sample, fewer, without: writer.takenInputs)
      }
    }
    log.write(Data("all\n".utf8))
  }

  @Test func noneEndsTheProcess() async throws {
    try Data().write(to: URL(filePath: Self.log))
    await #expect(processExitsWith: .success) { try HostileAttributeTests.attemptAll() }
    let attempts = try String(contentsOfFile: Self.log, encoding: .utf8).split(separator: "\n")
    #expect(attempts.last == "all")
    #expect(attempts.count > 5000)
  }
}
