import CNNTensors

/// Reads the files of weights that PyTorch writes: the archive of `torch.save` and `torch.jit.save`, the archive unzipped
/// into a folder, the legacy stream, and plain pickles of arrays.
///
/// Payloads are not read but become views of the file, which stays mapped as long as one of them lives. Pickles are read
/// as data: nothing in them is ever run.
package enum TorchReader {
  /// Tells by the first bytes of a file, or the names in a folder, whether it is one of these.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard let file = input.file else { return TorchFolder.isTorchFolder(input.path) ? .certain : .none }
    if file.withBytes(TorchLegacyStream.isMagic) { return .certain }
    // Other formats are zip archives, too, and a pickle may hold anything.
    return input.kind == .zip || input.kind == .pickle ? .plausible : .none
  }

  /// Reads a container of any of these kinds.
  /// - Throws: ``FormatError``, `FileError`.
  package static func read(_ input: ModelFile) throws -> Checkpoint {
    // Those that concern a tensor have got its name on their way.
    do { return try readContainer(input) } catch let error as TensorError { throw FormatError.tensor(nil, error) }
  }

  private static func readContainer(_ input: ModelFile) throws -> Checkpoint {
    guard let file = input.file else { return try read(TorchFolder(input.path)) }
    if file.withBytes(TorchLegacyStream.isMagic) {
      let stream = try TorchLegacyStream(whole(file))
      return try checkpoint(stream.tree, stream, .torchLegacy)
    }
    switch input.kind {
    case .zip: return try read(TorchArchive(file))
    case .pickle: return try readPickle(file)
    case let kind: throw FormatError.notWeights(kind ?? .unknown)
    }
  }

  private static func read(_ archive: TorchArchive) throws -> Checkpoint {
    let tree = try machine(archive.pickle(), named: archive.pickleName)
    guard archive.isScript else { return try checkpoint(tree, archive, .torchArchive) }
    return try checkpoint(tree, archive, .torchScript, script: archive.code())
  }

  private static func read(_ folder: TorchFolder) throws -> Checkpoint {
    let tree = try machine(folder.pickle(), named: "data.pkl")
    return try checkpoint(tree, folder, .torchFolder, script: folder.isScript ? TorchScriptCode() : nil)
  }

  /// A pickle that stands for itself may hold arrays.
  private static func readPickle(_ file: MappedFile) throws -> Checkpoint {
    let tree = try PickleMachine.read(whole(file))
    return try checkpoint(tree, NoStorages(byteCount: file.byteCount), .pickle)
  }

  private static func checkpoint(
    _ tree: PickleTree, _ storages: any TorchStorages, _ container: Checkpoint.Container,
    script: TorchScriptCode? = nil
  ) throws -> Checkpoint {
    var search = CandidateSearch(tree, TorchTensorReader(tree, storages), script: script)
    return try search.checkpoint(container)
  }

  private static func machine(_ pickle: Storage, named name: String) throws -> PickleTree {
    do { return try PickleMachine.read(pickle) } catch FormatError.pickle(let fault, let position, _) {
      throw FormatError.pickle(fault, at: position, member: name)
    }
  }

  private static func whole(_ file: MappedFile) throws(TensorError) -> Storage {
    try Storage(file: file, offset: 0, count: file.byteCount)
  }

  private final class NoStorages: TorchStorages {
    let isBigEndian = false
    let byteCount: Int

    init(byteCount: Int) { self.byteCount = byteCount }

    func storage(_ key: String) throws -> Storage? { nil }
  }
}
