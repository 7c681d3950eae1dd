import CNNFormats
import CNNGraphs

/// What a format is given to write: it takes the graph, or asks for the weights by key.
public struct ExportedModel: Sendable {
  /// The graph.
  public let graph: Graph
  /// What is known around it.
  public let metadata: ModelMetadata
  /// What formats attached when the model was read.
  public let notes: AttachedNotes
  private let makeWeights: @Sendable () throws -> ExportedWeights

  /// A model whose weights by key are made when they are asked for.
  public init(
    graph: Graph, metadata: ModelMetadata, notes: AttachedNotes,
    weights: @escaping @Sendable () throws -> ExportedWeights
  ) {
    (self.graph, self.metadata, self.notes, makeWeights) = (graph, metadata, notes, weights)
  }

  /// The weights under the keys of the architecture that the model is recognised as.
  /// - Throws: `ConversionError` of code `unsupported` if the graph is no known network.
  public func weights() throws -> ExportedWeights { try makeWeights() }
}

/// Weights by key, as a format of weights writes them.
public struct ExportedWeights: Sendable {
  /// The tensors under the architecture's own keys, in its order.
  public let entries: [StateDictionary.Entry]
  /// The version that PyTorch's class asks for, if it asks for one.
  public let stateVersion: Int?
  /// What a user should know, one line each.
  public let remarks: [String]
  /// Keys and values for the file to say of itself, if its format has room for them.
  public let metadata: [String: String]

  /// Weights by key.
  public init(
    entries: [StateDictionary.Entry], stateVersion: Int? = nil, remarks: [String] = [], metadata: [String: String] = [:]
  ) {
    (self.entries, self.stateVersion, self.remarks, self.metadata) = (entries, stateVersion, remarks, metadata)
  }
}
