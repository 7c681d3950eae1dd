import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// The attributes of each operator, as every version of it has written them.
@Suite struct OperatorAttributeTests {
  /// The attributes of an operator in words; the same for equal settings.
  private func settings(_ operation: any Operator, _ sample: OperatorSample) throws -> [String] {
    try sample.written(operation, version: sample.version).attributes.map { name, value in
      switch value {
      case .tensor(let tensor): "\(name)=\(words(tensor))"
      case .sparseTensor(let tensor): "\(name)=\(tensor.shape) \(words(tensor.values)) \(words(tensor.indices))"
      case .graph(let graph): "\(name)=\(graph.text)"
      default: "\(name)=\(value)"
      }
    }.sorted()
  }

  private func words(_ tensor: Tensor) -> String {
    "\(TensorType(of: tensor)) \(tensor.strings ?? []) \(tensor.withBytes { Array($0) })"
  }

  @Test(arguments: OperatorSample.names) func surplusIsRefused(name: String) throws {
    let sample = try OperatorSample(name)
    let writer = try sample.written(sample.node.operator, version: sample.version)
    var reader = sample.reader(
      writer.attributes + [("surplus", .int(1))], version: sample.version, without: writer.takenInputs)
    _ = try sample.type().init(from: &reader)
    #expect(throws: OperatorError.unknownAttributes(["surplus"])) { try reader.finish() }
  }

  /// Attributes that say nothing to inference, whatever they hold.
  private static let ignored: Set = ["is_test", "consumed_inputs"]

  /// Each attribute as something of another kind.
  @Test(arguments: OperatorSample.names) func otherKindsAreRefused(name: String) throws {
    let sample = try OperatorSample(name)
    let writer = try sample.written(sample.node.operator, version: sample.version)
    for index in writer.attributes.indices where !Self.ignored.contains(writer.attributes[index].name) {
      var wrong = writer.attributes
      wrong[index].value = .tensors([])
      #expect(throws: OperatorError.self, "\(wrong[index].name)") {
        var reader = sample.reader(wrong, version: sample.version, without: writer.takenInputs)
        _ = try sample.type().init(from: &reader)
        try reader.finish()
      }
    }
  }

  /// A sparse constant is a dense one before version 11.
  private static let reworded: Set = ["Constant/sparse_value"]

  /// What is written for a version says the same when it is read again, or the version cannot express it.
  @Test(arguments: OperatorSample.names) func everyVersionSaysTheSame(name: String) throws {
    let sample = try OperatorSample(name)
    let operation = sample.node.operator
    let expected = try settings(operation, sample)
    var said = 0
    for version in Set(operation.signature.versions + [sample.version]).sorted() {
      guard let writer = try? sample.written(operation, version: version) else {
        #expect(version != sample.version, "the version of the file")
        continue
      }
      said += 1
      var reader = sample.reader(writer.attributes, version: version, without: writer.takenInputs)
      let again = try sample.type().init(from: &reader)
      try reader.finish()
      // A form that later versions do not have cannot be written for them, and does the same all the same.
      if let found = try? settings(again, sample), !Self.reworded.contains(name) {
        #expect(found == expected, "version \(version)")
      }
      guard operation.isDeterministic else { continue }
      let results = try sample.evaluate(again, without: writer.takenInputs, adding: reader.addedInputs)
      for (index, output) in sample.outputs.enumerated() {
        guard let output, index < results.count else { continue }
        let comparison = Comparison(
          "", actual: results[index], expected: output, tolerance: Tolerance(relative: 0, absolute: 0))
        #expect(comparison.failure == nil, "version \(version), output \(index)")
      }
    }
    #expect(said > 0)
  }
}
