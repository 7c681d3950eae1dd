import CNNGraphs
import CNNTensors

/// What a format makes of a file.
public struct ImportedModel: Sendable {
  /// The graph, verified.
  public var graph: Graph
  /// What the file says around it.
  public var metadata: ModelMetadata
  /// What the format alone understands.
  public var notes = AttachedNotes()
  /// What was made of weights that came without a graph; `nil` if the file brought one.
  public var weights: ImportedWeights?
  /// Bytes of the file itself.
  public var byteCount: Int
  /// Inputs that the file brings along as an example, by name.
  public var exampleInputs: [String: Tensor] = [:]
  /// What is odd about the model.
  public var findings: [Remark] = []

  /// What is made of a file of `byteCount` bytes.
  public init(graph: Graph, metadata: ModelMetadata, byteCount: Int) {
    (self.graph, self.metadata, self.byteCount) = (graph, metadata, byteCount)
  }
}
