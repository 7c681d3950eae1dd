import CNNFormats
import CNNGraphs

/// The tensors of a file under the names that they have there. They stay in the mapped file.
public struct StoredTensors: Sendable {
  /// The kind of file in words, such as `PyTorch archive (torch.save)`.
  public let container: String
  /// Whether the file brings a graph along.
  public let content: ModelContent
  /// The tensors in the file's order.
  public let entries: [StateDictionary.Entry]
  /// The tensors that cannot be read, and what they are.
  public let omissions: [Checkpoint.Omission]
  /// Keys and values that the file says of itself, such as the `__metadata__` of a safetensors file.
  public let metadata: [String: String]
  /// What a user should know of them.
  public let remarks: [Remark]

  /// The tensors of a file.
  public init(
    container: String, content: ModelContent, entries: [StateDictionary.Entry], omissions: [Checkpoint.Omission] = [],
    metadata: [String: String] = [:], remarks: [Remark] = []
  ) {
    (self.container, self.content, self.entries) = (container, content, entries)
    (self.omissions, self.metadata, self.remarks) = (omissions, metadata, remarks)
  }
}

extension ReadableModelFormat {
  /// The constants of the graph.
  public func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors {
    let graph = try read(input, options: options).graph
    let entries = graph.values.compactMap { value in
      value.constant.map { StateDictionary.Entry(key: value.name, tensor: $0) }
    }
    return StoredTensors(container: title, content: content, entries: entries)
  }
}
