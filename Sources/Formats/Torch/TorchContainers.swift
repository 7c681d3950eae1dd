extension Checkpoint.Container {
  /// The zip archive that `torch.save` writes since PyTorch 1.6.
  package static let torchArchive = Self("torchArchive", "PyTorch archive (torch.save)")
  /// That archive, unzipped.
  package static let torchFolder = Self("torchFolder", "unzipped PyTorch archive (torch.save)")
  /// The stream of pickles that `torch.save` wrote before.
  package static let torchLegacy = Self("torchLegacy", "PyTorch legacy stream (torch.save before 1.6)")
  /// What `torch.jit.save` writes.
  package static let torchScript = Self("torchScript", "TorchScript archive (torch.jit.save)")
  /// A plain pickle of numpy arrays.
  package static let pickle = Self("pickle", "Python pickle of arrays")
}
