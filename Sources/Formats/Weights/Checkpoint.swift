import CNNTensors

/// What a file of weights holds.
public struct Checkpoint: Sendable {
  /// How the weights are packed. Each format names its own.
  public struct Container: Hashable, Sendable, CustomStringConvertible {
    /// The name, such as `torchArchive`.
    public let name: String
    /// The container in words, such as `PyTorch archive (torch.save)`.
    public let description: String

    /// Names a container.
    public init(_ name: String, _ description: String) { (self.name, self.description) = (name, description) }
  }

  /// A tensor of the file that cannot be read, such as a quantized one.
  public struct Omission: Hashable, Sendable {
    /// Its key.
    public let key: String
    /// What it is, as what follows its name: `is quantized`.
    public let reason: String

    /// Names a tensor, and says what it is.
    public init(key: String, reason: String) { (self.key, self.reason) = (key, reason) }
  }

  /// One dictionary of tensors in the file.
  public struct Candidate: Sendable {
    /// The way to it, such as `["state_dict"]` or `["ema", "module"]`; empty at the top.
    public let path: [String]
    /// Its tensors.
    public let dictionary: StateDictionary
    /// The class, such as `torchvision.models.resnet.ResNet`, if it is a whole pickled module.
    public let moduleClass: String?
    /// The tensors that stand in it and cannot be read.
    public let omissions: [Omission]

    /// Describes a dictionary of tensors.
    public init(
      path: [String], dictionary: StateDictionary, moduleClass: String? = nil, omissions: [Omission] = []
    ) {
      (self.path, self.dictionary, self.moduleClass, self.omissions) = (path, dictionary, moduleClass, omissions)
    }
  }

  /// How the weights are packed.
  public let container: Container
  /// The dictionaries of tensors found, the one to take first; never empty.
  public let candidates: [Candidate]
  /// What else was found, in words for people.
  public let remarks: [String]
  /// Keys and values that the file says of itself, such as the `__metadata__` of a safetensors file.
  public let metadata: [String: String]

  /// Describes a file of weights.
  public init(
    container: Container, candidates: [Candidate], remarks: [String] = [], metadata: [String: String] = [:]
  ) {
    (self.container, self.candidates, self.remarks, self.metadata) = (container, candidates, remarks, metadata)
  }
}
