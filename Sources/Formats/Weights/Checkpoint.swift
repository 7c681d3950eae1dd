import CNNTensors

/// What a file of weights holds.
public struct Checkpoint: Sendable {
  /// How the weights are packed.
  public enum Container: String, Sendable, CaseIterable {
    /// The zip archive that `torch.save` writes since PyTorch 1.6.
    case torchArchive
    /// That archive, unzipped.
    case torchFolder
    /// The stream of pickles that `torch.save` wrote before.
    case torchLegacy
    /// What `torch.jit.save` writes.
    case torchScript
    /// A safetensors file.
    case safetensors
    /// A plain pickle of numpy arrays.
    case pickle
  }

  /// One dictionary of tensors in the file.
  public struct Candidate: Sendable {
    /// The way to it, such as `["state_dict"]` or `["ema", "module"]`; empty at the top.
    public let path: [String]
    /// Its tensors.
    public let dictionary: StateDictionary
    /// The class, such as `torchvision.models.resnet.ResNet`, where it is a whole pickled module.
    public let moduleClass: String?

    /// Describes a dictionary of tensors.
    public init(path: [String], dictionary: StateDictionary, moduleClass: String? = nil) {
      (self.path, self.dictionary, self.moduleClass) = (path, dictionary, moduleClass)
    }
  }

  /// How the weights are packed.
  public let container: Container
  /// The dictionaries of tensors found, the one to take first; never empty.
  public let candidates: [Candidate]
  /// What else was found, in words for people.
  public let remarks: [String]
  /// The `__metadata__` of a safetensors file.
  public let metadata: [String: String]

  /// Describes a file of weights.
  public init(
    container: Container, candidates: [Candidate], remarks: [String] = [], metadata: [String: String] = [:]
  ) {
    (self.container, self.candidates, self.remarks, self.metadata) = (container, candidates, remarks, metadata)
  }
}

extension Checkpoint.Container: CustomStringConvertible {
  /// The container in words, such as `PyTorch archive (torch.save)`.
  public var description: String {
    switch self {
    case .torchArchive: "PyTorch archive (torch.save)"
    case .torchFolder: "unzipped PyTorch archive (torch.save)"
    case .torchLegacy: "PyTorch legacy stream (torch.save before 1.6)"
    case .torchScript: "TorchScript archive (torch.jit.save)"
    case .safetensors: "safetensors"
    case .pickle: "Python pickle of arrays"
    }
  }
}
