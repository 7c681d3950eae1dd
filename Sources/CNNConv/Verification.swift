import CNNGraphs
import CNNTensors

/// The outcome of verifying a model against one fixture or another model.
public struct Verification: Encodable, Sendable {
  /// The fixture's folder, or the other model.
  public let against: String
  /// How the model was computed.
  public let computed: WayOfComputing
  /// How the other model was computed; `nil` for a fixture.
  public let otherComputed: WayOfComputing?
  /// One comparison an output.
  public let outputs: [Comparison]
  /// True if all outputs agree.
  public var agrees: Bool { outputs.allSatisfy(\.agrees) }
  /// Why it does not agree; `nil` if it does.
  public var failure: String? { outputs.first { !$0.agrees }.map { "output \($0.name.quoted): \($0.failure ?? "")" } }

  private enum CodingKeys: String, CodingKey {
    case against, computed, outputs
    case otherComputed = "other_computed"
  }
}

extension Model {
  /// Runs the model on a fixture's inputs and compares the outputs.
  public func verify(
    _ fixture: Fixture, tolerance: Tolerance = .standard, options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    let results = try Session(self, options: options).run(values: fixture.inputs)
    let found = results.byName
    let comparisons = fixture.outputs.map { name, expected in
      let actual = found[name] ?? .none
      return Comparison(name, actual: actual, expected: expected, tolerance: tolerance)
    }
    return Verification(against: fixture.path, computed: options.way, otherComputed: nil, outputs: comparisons)
  }

  /// Runs the model on the example inputs of its file and compares the outputs with those of the reference evaluation.
  /// - Throws: ``ConversionError`` of code `usage` if an input has no example.
  public func verifyExample(
    tolerance: Tolerance = .standard, options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    for id in graph.requiredInputs where exampleInputs[graph[id].name] == nil {
      throw ConversionError(.usage, "the file has no example of input \(graph[id].name.quoted)", at: .init(file: path))
    }
    let actual = try Session(self, options: options).run(exampleInputs)
    var reference = options
    reference.way = .reference
    let expected = try Session(self, options: reference).run(exampleInputs)
    let comparisons = zip(expected.names.indices, actual.values).map { index, value in
      Comparison(expected.names[index], actual: value, expected: expected.values[index], tolerance: tolerance)
    }
    return Verification(
      against: "its example inputs", computed: options.way, otherComputed: .reference, outputs: comparisons)
  }

  /// Runs this model and another on the same inputs and compares the outputs in order.
  ///
  /// Both graphs are computed as they stand unless said otherwise: rewriting both for deployment could make the same
  /// mistake on both sides.
  /// - Parameters:
  ///   - inputs: by the names of this model's inputs.
  ///   - seed: what the inputs that are not given are drawn from.
  ///   - options: how this model is run.
  ///   - otherOptions: how the other one is run; the same way if `nil`.
  /// - Throws: ``ConversionError`` if their inputs or outputs do not correspond.
  public func verify(
    against other: Model, inputs given: [String: Tensor] = [:], seed: UInt64 = 0, tolerance: Tolerance = .standard,
    options: SessionOptions = SessionOptions(fuses: false), otherOptions: SessionOptions? = nil
  ) throws -> Verification {
    guard graph.outputs.count == other.graph.outputs.count else {
      throw ConversionError(
        .differs, "\(graph.outputs.count) outputs against \(other.graph.outputs.count)", at: .init(file: path))
    }
    let otherOptions = otherOptions ?? options
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other, given: given)
    let expected = try Session(self, options: options).run(inputs)
    let actual = try Session(other, options: otherOptions).run(otherInputs)
    let comparisons = zip(expected.names.indices, actual.values).map { index, value in
      Comparison(expected.names[index], actual: value, expected: expected.values[index], tolerance: tolerance)
    }
    return Verification(
      against: other.path ?? "the other model", computed: options.way, otherComputed: otherOptions.way,
      outputs: comparisons)
  }
}

extension Model {
  /// The same inputs for this model and another, those that are not given drawn from a seed.
  /// - Throws: ``ConversionError`` if their inputs do not correspond.
  func seededInputs(
    seed: UInt64, with other: Model, given: [String: Tensor] = [:]
  ) throws -> ([String: Tensor], [String: Tensor]) {
    let inputs = try SeededInputs(seed: seed).values(for: self, given: given)
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
