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
  /// - Throws: ``ConversionError`` if the inputs do not correspond, or no value's name does.
  public func verifyLayers(
    against other: Model, inputs given: [String: Tensor] = [:], seed: UInt64 = 0, tolerance: Tolerance = .standard
  ) throws -> LayerVerification {
    func made(_ graph: Graph) -> Set<String> {
      Set(graph.nodes.flatMap(\.outputs).compactMap { $0.map { graph[$0].name } })
    }
    let common = made(graph).intersection(made(other.graph))
    guard !common.isEmpty else {
      throw ConversionError(
        .usage, "no value has the same name in \((other.path ?? "the other model").quoted)", at: .init(file: path),
        remedy: .compareWithoutLayers)
    }
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other, given: given)
    var expected: [String: RuntimeValue] = [:]
    _ = try Session(self).run(values: inputs.mapValues { .tensor($0) }) { name, value in
      if common.contains(name) { expected[name] = value }
    }
    var values: [Comparison] = []
    _ = try Session(other).run(values: otherInputs.mapValues { .tensor($0) }) { name, value in
      guard let own = expected.removeValue(forKey: name) else { return }
      values.append(Comparison(name, actual: value, expected: own, tolerance: tolerance))
    }
    return LayerVerification(
      against: other.path ?? "the other model", values: values, firstDeparture: values.first { !$0.agrees }?.name)
  }
}
