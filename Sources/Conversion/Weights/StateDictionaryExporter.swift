import CNNArchitectures
import CNNFormats
import CNNGraphs
import CNNTensors

/// Makes a state dict of a graph that is a known network, by its structure, whatever its values are called.
package struct StateDictionaryExporter {
  /// A state dict and the network that it is of.
  package struct Exported: Sendable {
    /// The tensors under the architecture's own keys.
    package let entries: [StateDictionary.Entry]
    /// The version that PyTorch's class asks for, if it asks for one.
    package let stateVersion: Int?
    /// The network anew, drawn from the tensors: what a program that loads the state dict will compute.
    package let graph: Graph
    /// What a user should know.
    package let remarks: [String]
  }

  private let notes: StateNotes
  private let graphEndings: [String]

  /// - Parameters:
  ///   - metadata: what is known around the graph.
  ///   - graphEndings: the endings of files that could hold the graph instead.
  package init(metadata: ModelMetadata, graphEndings: [String]) {
    notes = StateNotes(metadata)
    self.graphEndings = graphEndings
  }

  /// The state dict of a graph.
  /// - Throws: ``ConversionError`` of code `unsupported` if the graph is no known network.
  package func export(_ graph: Graph) throws -> Exported {
    guard let matched = try StructureMatcher.match(graph) else {
      throw ConversionError(
        .unsupported, "the graph is none of the known networks, so that its weights have no keys",
        remedy: .writeGraph(endings: graphEndings))
    }
    var entries: [StateDictionary.Entry] = []
    for (key, tensor) in matched.tensors {
      entries.append(StateDictionary.Entry(key: key, tensor: tensor))
      // The counter is the last buffer of a normalization.
      guard key.hasSuffix(".running_var"), let count = notes.count(of: String(key.dropLast(12))) else { continue }
      entries.append(
        StateDictionary.Entry(
          key: "\(key.dropLast(11))\(StateNotes.counter)", tensor: try Tensor(scalar: count)))
    }
    let source = MatchedSource(
      tensors: Dictionary(matched.tensors.map { ($0.key, $0.tensor) }, uniquingKeysWith: { $1 }))
    let drawn = try NetworkBuilder.blueprint(
      of: matched.architecture, inputShape: inputShape(of: graph), name: graph.name)
    return Exported(
      entries: entries, stateVersion: matched.architecture.stateVersion, graph: try drawn.graph(with: source),
      remarks: matched.remarks)
  }

  /// The extents of one image, if the graph has one input that fixes them.
  private func inputShape(of graph: Graph) -> [Int]? {
    guard graph.requiredInputs.count == 1, let shape = graph[graph.requiredInputs[0]].type.tensor?.shape,
      shape.count == 4
    else { return nil }
    let extents = shape.dropFirst().compactMap(\.value)
    return extents.count == 3 ? extents : nil
  }
}

private struct MatchedSource: WeightSource {
  let tensors: [String: Tensor]

  func tensor(for weight: WeightDescription) throws -> Tensor {
    guard let tensor = tensors[weight.key] else {
      throw ConversionError(.internalFault, "was matched and is missing", at: .init(tensor: weight.key))
    }
    return tensor
  }
}
