import CNNArchitectures
import CNNGraphs
import CNNTensors

/// Changes of a model's interface: what it begins with, what it gives, and the names of values.
///
/// ```swift
/// let edited = try model.edited(ModelEdit(outputs: ["layer3.5"]))
/// guard try edited.comparison(with: model, seed: 0).allSatisfy(\.agrees) else { return }
/// try edited.model.write(to: "backbone.onnx")
/// ```
public struct ModelEdit: Sendable {
  /// Values that become inputs; what they were made of is cut away.
  public var inputs: [String]
  /// Values that become the only outputs, in this order; what nothing needs any more is cut away. The model's own if empty.
  public var outputs: [String]
  /// Values that become outputs, too.
  public var addedOutputs: [String]
  /// New names of values by their old ones.
  public var names: [(old: String, new: String)]

  /// Changes nothing, unless told.
  public init(
    inputs: [String] = [], outputs: [String] = [], addedOutputs: [String] = [], names: [(old: String, new: String)] = []
  ) {
    (self.inputs, self.outputs, self.addedOutputs, self.names) = (inputs, outputs, addedOutputs, names)
  }
}

/// A model with another interface.
public struct EditedModel: Sendable {
  /// The model.
  public let model: Model
  /// Names in the original of the inputs, in the new model's order.
  public let inputs: [String]
  /// Names in the original of the outputs, in the new model's order.
  public let outputs: [String]

  /// Runs the original on seeded inputs and the new model on the values that the original has in their place.
  public func comparison(
    with original: Model, seed: UInt64, tolerance: Tolerance = .standard
  ) throws -> [Comparison] {
    let way = SessionOptions(fuses: false)
    let given = try SeededInputs(seed: seed).values(for: original)
    let expected = try Session(original, options: way).run(given, keeping: inputs + outputs).byName
      .merging(given.mapValues { .tensor($0) }) { computed, _ in computed }
    let names = model.graph.requiredInputs.map { model.graph[$0].name }
    let inner = Dictionary(
      zip(names, inputs).compactMap { name, old in expected[old].map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
    let actual = try Session(model, options: way).run(values: inner)
    return zip(zip(actual.names, actual.values), outputs).map { found, old in
      Comparison(found.0, actual: found.1, expected: expected[old] ?? .none, tolerance: tolerance)
    }
  }
}

extension Model {
  /// The model with another interface.
  /// - Throws: ``ConversionError`` if there is no value of a name, or a name is taken.
  public func edited(_ edit: ModelEdit) throws -> EditedModel {
    let wanted = try (edit.outputs.isEmpty ? graph.outputs : edit.outputs.map(value)) + edit.addedOutputs.map(value)
    var outputs: [ValueID] = []
    for id in wanted where !outputs.contains(id) { outputs.append(id) }
    let begin = try edit.inputs.map(value)
    for id in begin where graph[id].isConstant {
      throw ConversionError(
        .usage, "\(graph[id].name.quoted) is a constant, which cannot become an input", at: .init(file: path))
    }
    let first = Set(begin)
    if let id = outputs.first(where: first.contains) {
      throw ConversionError(
        .usage, "\(graph[id].name.quoted) is both an input and an output; there is nothing between",
        at: .init(file: path))
    }
    let slice = GraphSlice(of: outputs, in: graph, edges: GraphIndex(graph)) { first.contains($0) }
    for id in begin where !slice.leafIDs.contains(id) {
      throw ConversionError(
        .usage, "no output needs \(graph[id].name.quoted) when the other inputs are given", at: .init(file: path))
    }
    // Inputs that are left come in the model's order, behind those that were asked for.
    let inputs = begin + graph.inputs.filter { slice.leafIDs.contains($0) && !first.contains($0) }
    let names = { (ids: [ValueID]) in ids.map { self.graph[$0].name } }
    var part = try slice.graphOfItsOwn()
    part.inputs = try names(inputs).map { name in
      guard let id = part.value(named: name) else { throw ConversionError(.internalFault, "no input \(name.quoted)") }
      return id
    }
    part.annotations = graph.annotations
    for (old, new) in edit.names { try part.rename(old, new, path) }
    return EditedModel(
      model: try Model(graph: part, metadata: metadata), inputs: names(inputs), outputs: names(outputs))
  }

  private func value(_ name: String) throws -> ValueID {
    guard let id = graph.value(named: name), !name.isEmpty else {
      let meant = name.closest(among: graph.values.map(\.name).filter { !$0.isEmpty })
      throw ConversionError(
        .usage, "there is no value \(name.quoted)", at: .init(file: path),
        remedy: meant.isEmpty ? nil : .chooseName(among: meant))
    }
    return id
  }
}

extension Graph {
  fileprivate mutating func rename(_ old: String, _ new: String, _ path: String?) throws {
    guard let id = value(named: old) else {
      let meant = old.closest(among: values.map(\.name).filter { !$0.isEmpty })
      throw ConversionError(
        .usage, "there is no value \(old.quoted) to rename", at: .init(file: path),
        remedy: meant.isEmpty ? nil : .chooseName(among: meant))
    }
    guard !new.isEmpty, value(named: new) == nil else {
      throw ConversionError(.usage, "the name \(new.quoted) is taken or empty; choose another", at: .init(file: path))
    }
    rename(id, to: new)
  }
}
