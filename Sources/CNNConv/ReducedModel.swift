import CNNGraphs
import CNNOperators
import CNNTensors

/// The smallest part of a model that still differs: what leads from values that agree to the first one that does not.
public struct ReducedModel: Sendable {
  /// The part, as a model of its own.
  public let model: Model
  /// The value that differs, which is the part's output.
  public let output: String
  /// How it differs, computed from the other side's values.
  public let comparison: Comparison
  /// The other side's values: what the part is given.
  public let inputs: [(name: String, value: RuntimeValue)]
  /// What the part should give.
  public let expected: RuntimeValue
}

extension Model {
  /// The smallest part of this model that gives something else than another model has in the same place, if it is given
  /// that model's values.
  /// - Returns: `nil` if no part differs.
  public func reduced(
    against other: Model, inputs: [String: Tensor] = [:], seed: UInt64 = 0, tolerance: Tolerance = .standard
  ) throws -> ReducedModel? {
    let pairs = try layerPairs(with: other, inputs: inputs, seed: seed)
    let own = try SeededInputs(seed: seed).values(for: self, given: inputs).mapValues { RuntimeValue.tensor($0) }
    return try reduced(pairs, own, tolerance, otherIsExpected: false)
  }

  /// The smallest part of this model that does not give what a fixture has in the same place.
  /// - Returns: `nil` if no part differs.
  public func reduced(_ fixture: Fixture, tolerance: Tolerance = .standard) throws -> ReducedModel? {
    var pairs: LayerPairs?
    if !fixture.inside.isEmpty { pairs = try layerPairs(with: fixture) }
    let results = try Session(self, options: .reference).run(values: fixture.inputs)
    var (names, own, other) = (pairs?.names ?? [], pairs?.own ?? [:], pairs?.other ?? [:])
    for (name, value) in fixture.outputs where own[name] == nil {
      names.append((name, name))
      (own[name], other[name]) = (results.byName[name], value)
    }
    let all = LayerPairs(against: fixture.path, matching: .names, names: names, own: own, other: other)
    return try reduced(all, fixture.inputs, tolerance, otherIsExpected: true)
  }

  private func reduced(
    _ pairs: LayerPairs, _ inputs: [String: RuntimeValue], _ tolerance: Tolerance, otherIsExpected: Bool
  ) throws -> ReducedModel? {
    let verification = pairs.verification(tolerance: tolerance, otherIsExpected: otherIsExpected)
    guard let name = verification.firstDeparture, let result = graph.value(named: name),
      let expected = pairs.other[name]
    else { return nil }
    let edges = GraphIndex(graph)
    var leaves = Set(verification.values.filter { $0.agrees && $0.name != name }.map(\.name))
    while true {
      let slice = GraphSlice(of: result, in: graph, edges: edges) { leaves.contains($0) }
      let given = Dictionary(
        slice.leaves.compactMap { leaf in (pairs.other[leaf] ?? inputs[leaf]).map { (leaf, $0) } },
        uniquingKeysWith: { first, _ in first })
      let actual = try slice.evaluate(given, isWide: false)
      let sides = otherIsExpected ? (actual, expected) : (expected, actual)
      let comparison = Comparison(name, actual: sides.0, expected: sides.1, tolerance: tolerance)
      let inside = slice.leaves.filter { leaves.contains($0) }
      if !comparison.agrees || inside.isEmpty {
        return ReducedModel(
          model: try Model(graph: slice.graphOfItsOwn(), metadata: metadata), output: name, comparison: comparison,
          inputs: slice.leaves.compactMap { leaf in given[leaf].map { (leaf, $0) } }, expected: expected)
      }
      // Roundings that add up show only in a larger part.
      leaves.subtract(inside)
    }
  }
}
