import CNNArchitectures
import CNNGraphs
import CNNTensors

/// The outcome of comparing values inside a model with those of another one, or with a fixture's.
public struct LayerVerification: Encodable, Sendable {
  /// How values of two models were matched.
  public enum Matching: String, Encodable, Sendable {
    /// By their names.
    case names
    /// By the layers that make them, wherever names are not equal.
    case structure
  }

  /// The other model, or the fixture.
  public let against: String
  /// How values were matched.
  public let matching: Matching
  /// The values that correspond, by the names that they have in the model, in the order in which it makes them.
  public let values: [Comparison]
  /// The names in the other model, if they are others.
  public let otherNames: [String: String]
  /// The name of the first value that departs; `nil` if none does.
  public let firstDeparture: String?
  /// True if no value departs.
  public var agrees: Bool { firstDeparture == nil }

  private enum CodingKeys: String, CodingKey {
    case against, values
    case matching = "matched_by"
    case otherNames = "other_names"
    case firstDeparture = "first_departure"
  }
}

/// Values of a model beside those that they should be.
struct LayerPairs {
  let against: String
  let matching: LayerVerification.Matching
  /// The name in the model, and in the other one.
  let names: [(own: String, other: String)]
  /// What the model computed, by its names.
  let own: [String: RuntimeValue]
  /// What the other one has, by the model's names.
  let other: [String: RuntimeValue]

  /// Compares them in the model's order.
  /// - Parameter otherIsExpected: whether the tolerance is in proportion to the other side.
  func verification(tolerance: Tolerance, otherIsExpected: Bool) -> LayerVerification {
    var values: [Comparison] = []
    for name in names {
      guard let mine = own[name.own], let theirs = other[name.own] else { continue }
      values.append(
        otherIsExpected
          ? Comparison(name.own, actual: mine, expected: theirs, tolerance: tolerance)
          : Comparison(name.own, actual: theirs, expected: mine, tolerance: tolerance))
    }
    let renamed = names.filter { $0.own != $0.other }.map { ($0.own, $0.other) }
    return LayerVerification(
      against: against, matching: matching, values: values,
      otherNames: Dictionary(renamed, uniquingKeysWith: { first, _ in first }),
      firstDeparture: values.first { !$0.agrees }?.name)
  }
}

extension Graph {
  /// The names of the values that nodes make, in order.
  fileprivate var madeNames: [String] {
    nodes.flatMap(\.outputs).compactMap { $0.map { self[$0].name } }.filter { !$0.isEmpty }
  }
}

extension Model {
  /// Runs this model and another on the same inputs and compares the values that correspond: those that have the same
  /// name in both, or else the results of the layers that have the same place in both.
  ///
  /// - Throws: ``ConversionError`` if the inputs do not correspond, or no value does.
  public func verifyLayers(
    against other: Model, inputs given: [String: Tensor] = [:], seed: UInt64 = 0, tolerance: Tolerance = .standard
  ) throws -> LayerVerification {
    try layerPairs(with: other, inputs: given, seed: seed).verification(tolerance: tolerance, otherIsExpected: false)
  }

  /// Runs this model on a fixture's inputs and compares the values inside that the fixture holds.
  /// - Throws: ``ConversionError`` if it holds none.
  public func verifyLayers(_ fixture: Fixture, tolerance: Tolerance = .standard) throws -> LayerVerification {
    try layerPairs(with: fixture).verification(tolerance: tolerance, otherIsExpected: true)
  }

  /// The values that correspond to those of another model, computed on the same inputs node by node.
  func layerPairs(with other: Model, inputs given: [String: Tensor], seed: UInt64) throws -> LayerPairs {
    let (names, matching) = try counterparts(in: other)
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other, given: given)
    let wanted = Set(names.map(\.own))
    let ownNames = Dictionary(names.map { ($0.other, $0.own) }, uniquingKeysWith: { first, _ in first })
    var (own, others) = ([String: RuntimeValue](), [String: RuntimeValue]())
    _ = try Session(self).run(values: inputs.mapValues { .tensor($0) }) { name, value in
      if wanted.contains(name) { own[name] = value }
    }
    _ = try Session(other).run(values: otherInputs.mapValues { .tensor($0) }) { name, value in
      if let name = ownNames[name] { others[name] = value }
    }
    return LayerPairs(
      against: other.path ?? "the other model", matching: matching, names: names, own: own, other: others)
  }

  /// The values that a fixture holds, beside the model's.
  func layerPairs(with fixture: Fixture) throws -> LayerPairs {
    let names = graph.madeNames.filter { fixture.inside[$0] != nil }
    guard !names.isEmpty else {
      throw ConversionError(
        .badInput, "holds no file or array named after a value inside the model", at: .init(file: fixture.path),
        remedy: .compareWithoutLayers)
    }
    var own: [String: RuntimeValue] = [:]
    _ = try Session(self).run(values: fixture.inputs) { name, value in
      if fixture.inside[name] != nil { own[name] = value }
    }
    return LayerPairs(
      against: fixture.path, matching: .names, names: names.map { ($0, $0) }, own: own, other: fixture.inside)
  }

  /// The values of another model that correspond to this one's: those of equal names if they are many, or else the
  /// results of layers in equal places; always the outputs.
  private func counterparts(
    in other: Model
  ) throws -> (names: [(own: String, other: String)], matching: LayerVerification.Matching) {
    let (made, otherMade) = (graph.madeNames, Set(other.graph.madeNames))
    let common = made.filter { otherMade.contains($0) }
    var pairs = Dictionary(common.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    var matching = LayerVerification.Matching.names
    if 2 * common.count < min(made.count, otherMade.count) {
      do {
        let layers = try LayerCounterparts.names(of: graph, in: other.graph)
        pairs = Dictionary(layers.map { ($0.first, $0.second) }, uniquingKeysWith: { first, _ in first })
        matching = .structure
      } catch {
        guard !common.isEmpty else {
          throw ConversionError(
            .usage,
            "no value corresponds to one of \((other.path ?? "the other model").quoted): names differ, and "
              + ConversionError(error).message, at: .init(file: path), remedy: .compareWithoutLayers)
        }
      }
    }
    if graph.outputs.count == other.graph.outputs.count {
      for (id, match) in zip(graph.outputs, other.graph.outputs) where otherMade.contains(other.graph[match].name) {
        pairs[graph[id].name] = other.graph[match].name
      }
    }
    return (made.compactMap { name in pairs[name].map { (name, $0) } }, matching)
  }
}
