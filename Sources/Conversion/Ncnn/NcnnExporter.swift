import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a network of ncnn's layers of a graph.
struct NcnnExporter {
  private let graph: Graph
  private let draft: NcnnDraft

  /// - Parameter names: other names for inputs and outputs.
  /// - Throws: ``ConversionError`` if types do not follow, or a name is none of an input or output.
  init(_ graph: Graph, names: [(old: String, new: String)] = []) throws {
    var graph = graph
    for (old, new) in names {
      let ends = graph.requiredInputs + graph.outputs
      guard let id = ends.first(where: { graph[$0].name == old }) else {
        throw ConversionError(
          .usage, "there is no input or output \(old.quoted); there are \(ends.map { graph[$0].name }.quoted())")
      }
      guard new == NcnnDraft.plain(new), !ends.contains(where: { $0 != id && graph[$0].name == new }) else {
        throw ConversionError(
          .usage, "\(new.quoted) cannot be the name of \(old.quoted): it is taken, or has white space")
      }
      if let other = graph.value(named: new), other != id { graph.rename(other, to: graph.uniqueName(new)) }
      if old != new { graph.rename(id, to: new) }
    }
    var inference = TypeInference()
    try inference.infer(&graph)
    self.graph = graph
    draft = NcnnDraft(graph)
  }

  /// The layers with their weights.
  /// - Throws: ``ConversionError`` naming the node that ncnn has no layer for.
  func export() throws -> NcnnDraft {
    for id in graph.requiredInputs { try addInput(id) }
    for node in graph.nodes {
      do {
        if try draft.fold(node) { continue }
        guard let kind = NcnnLayers.writers[ObjectIdentifier(type(of: node.operator))] else {
          throw ConversionError(
            .unsupported, "ncnn has no layer for operator \(node.operator.signature.name.inSentence)")
        }
        try kind.write(NcnnNode(draft: draft, node: node))
      } catch {
        throw ConversionError(outside: error, at: .init(node: graph.describe(node)))
      }
    }
    for id in graph.outputs { try addOutput(id) }
    NcnnFusedActivations.merge(draft)
    NcnnBranches.split(draft, outputs: Set(graph.outputs.map { NcnnDraft.plain(graph[$0].name) }))
    return draft
  }

  private func addInput(_ id: ValueID) throws {
    let value = graph[id]
    guard let type = value.type.tensor, let shape = type.shape else {
      throw ConversionError(
        .unsupported, "input \(value.name.quoted) must be a tensor of known rank",
        remedy: .giveInputShape(input: value.name))
    }
    if let elementType = type.elementType, !elementType.isFloatingPoint {
      throw ConversionError(
        .unsupported, "input \(value.name.quoted) is \(elementType), and ncnn computes numbers with a fraction alone")
    }
    if shape.count > 2, let batch = shape.first, batch != 1 {
      throw ConversionError(
        .unsupported, "input \(value.name.quoted) has batch \(batch), and ncnn has none",
        remedy: .giveInputShape(input: value.name))
    }
    let dimensions = NcnnDraft.dimensions(shape)
    guard dimensions.count <= 4 else {
      throw ConversionError(
        .unsupported, "input \(value.name.quoted) has \(dimensions.count) dimensions beside the batch; ncnn has four")
    }
    var parameters = NcnnParameters()
    // A shape that is known in part is better not given.
    if dimensions.allSatisfy({ $0.value != nil }) { NcnnPlace.set(dimensions, into: &parameters) }
    let name = NcnnDraft.plain(value.name)
    draft.add("Input", name: value.name, [], [name], parameters)
    draft.define(id, NcnnPlace(blob: name, dimensions: dimensions))
  }

  /// Sees to it that a result has its own name and dimensions.
  private func addOutput(_ id: ValueID) throws {
    let name = NcnnDraft.plain(graph[id].name)
    let place = try draft.place(of: id)
    guard let shape = graph[id].type.tensor?.shape else {
      throw ConversionError(.unsupported, "the shape of output \(graph[id].name.quoted) must be known")
    }
    let blob = try draft.blob(place, as: NcnnDraft.dimensions(shape))
    if blob == name, !graph.inputs.contains(id) { return }
    guard blob != name else {
      throw ConversionError(.unsupported, "output \(graph[id].name.quoted) is an input; ncnn needs a name for each")
    }
    draft.add("Noop", name: name, [blob], [name])
  }
}
