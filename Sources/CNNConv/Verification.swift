import CNNGraphs
import CNNTensors

/// The outcome of verifying a model against one fixture or another model.
public struct Verification: Encodable, Sendable {
  /// The fixture's folder, or the other model.
  public let against: String
  /// One comparison an output.
  public let outputs: [Comparison]
  /// True if all outputs agree.
  public var agrees: Bool { outputs.allSatisfy(\.agrees) }
  /// Why it does not agree; `nil` if it does.
  public var failure: String? { outputs.first { !$0.agrees }.map { "output '\($0.name)': \($0.failure ?? "")" } }
}

extension Model {
  /// Runs the model on a fixture's inputs and compares the outputs.
  public func verify(
    _ fixture: Fixture, tolerance: Tolerance = .standard, options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    let results = try Session(self, options: options).run(values: fixture.inputs)
    let comparisons = fixture.outputs.map { name, expected in
      let actual = results.names.firstIndex(of: name).map { results.values[$0] } ?? .none
      return Comparison(name, actual: actual, expected: expected, tolerance: tolerance)
    }
    return Verification(against: fixture.path, outputs: comparisons)
  }

  /// Runs this model and another on the same seeded inputs and compares the outputs in order.
  /// - Throws: ``ConversionError`` if their inputs or outputs do not correspond.
  public func verify(
    against other: Model, seed: UInt64 = 0, tolerance: Tolerance = .standard,
    options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    guard graph.outputs.count == other.graph.outputs.count else {
      throw ConversionError(
        .differs, "\(graph.outputs.count) outputs against \(other.graph.outputs.count)", at: .init(file: path))
    }
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other)
    let expected = try Session(self, options: options).run(inputs)
    let actual = try Session(other, options: options).run(otherInputs)
    let comparisons = zip(expected.names.indices, actual.values).map { index, value in
      Comparison(expected.names[index], actual: value, expected: expected.values[index], tolerance: tolerance)
    }
    return Verification(against: other.path ?? "the other model", outputs: comparisons)
  }
}

extension Model {
  /// The same seeded inputs for this model and another.
  /// - Throws: ``ConversionError`` if their inputs do not correspond.
  func seededInputs(seed: UInt64, with other: Model) throws -> ([String: Tensor], [String: Tensor]) {
    let inputs = try SeededInputs(seed: seed).values(for: self)
    let names = graph.requiredInputs.map { graph[$0].name }
    let otherNames = other.graph.requiredInputs.map { other.graph[$0].name }
    guard names.count == otherNames.count else {
      throw ConversionError(.differs, "\(names.count) inputs against \(otherNames.count)", at: .init(file: path))
    }
    let sameNames = Set(names) == Set(otherNames)
    var otherInputs: [String: Tensor] = [:]
    for (name, otherName) in zip(names, otherNames) {
      let target = sameNames ? name : otherName
      otherInputs[target] = inputs[name]
    }
    return (inputs, otherInputs)
  }
}
