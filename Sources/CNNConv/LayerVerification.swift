import CNNGraphs
import CNNTensors

/// The outcome of comparing two models value by value.
public struct LayerVerification: Encodable, Sendable {
  /// The other model.
  public let against: String
  /// The values that have the same name in both, in the order in which the other model makes them.
  public let values: [Comparison]
  /// The name of the first value that departs; `nil` if none does.
  public let firstDeparture: String?
  /// True if no value departs.
  public var agrees: Bool { firstDeparture == nil }

  private enum CodingKeys: String, CodingKey {
    case against, values
    case firstDeparture = "first_departure"
  }
}

extension Model {
  /// Runs this model and another on the same seeded inputs and compares the values that have the same name in both.
  ///
  /// The absolute tolerance is meant for values of the order of 1, and grows with the largest magnitude of a value.
  /// - Throws: ``ConversionError`` if the inputs do not correspond, or no value's name does.
  public func verifyLayers(
    against other: Model, seed: UInt64 = 0, tolerance: Tolerance = .standard
  ) throws -> LayerVerification {
    func made(_ graph: Graph) -> Set<String> {
      Set(graph.nodes.flatMap(\.outputs).compactMap { $0.map { graph[$0].name } })
    }
    let common = made(graph).intersection(made(other.graph))
    guard !common.isEmpty else {
      throw ConversionError(
        .usage, "no value has the same name in '\(other.path ?? "the other model")'", at: .init(file: path),
        remedy: .compareWithoutLayers)
    }
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other)
    var expected: [String: RuntimeValue] = [:]
    _ = try Session(self).run(values: inputs.mapValues { .tensor($0) }) { name, value in
      if common.contains(name) { expected[name] = value }
    }
    var values: [Comparison] = []
    _ = try Session(other).run(values: otherInputs.mapValues { .tensor($0) }) { name, value in
      guard let own = expected.removeValue(forKey: name) else { return }
      let first = Comparison(name, actual: value, expected: own, tolerance: tolerance)
      guard !first.agrees, first.maxExpected > 1 else { return values.append(first) }
      let scaled = Tolerance(relative: tolerance.relative, absolute: tolerance.absolute * first.maxExpected)
      values.append(Comparison(name, actual: value, expected: own, tolerance: scaled))
    }
    return LayerVerification(
      against: other.path ?? "the other model", values: values, firstDeparture: values.first { !$0.agrees }?.name)
  }
}
