import CNNTensors
import Glibc

/// Reads files of weights: PyTorch's containers, old and new, and safetensors. What a file is, its first bytes say.
///
/// Payloads are not read but become views of the file, which stays mapped as long as one of them lives. Pickles are read
/// as data: nothing in them is ever run.
public enum CheckpointReader {
  /// True where the first bytes of a file, or the contents of a folder, look like any of the containers.
  public static func looksLikeCheckpoint(path: String) -> Bool {
    if isFolder(path) { return TorchFolder.isTorchFolder(path) }
    guard let file = try? MappedFile(path: path) else { return false }
    return FileKind(file).isCheckpoint
  }

  /// Reads a container of any kind; `path` may be a folder that a `torch.save` archive was unzipped into.
  /// - Throws: ``FormatError``, ``FileError``.
  public static func read(path: String) throws -> Checkpoint {
    // Those that concern a tensor have got its name on their way.
    do { return try readContainer(path) } catch let error as TensorError { throw FormatError.tensor(nil, error) }
  }

  private static func readContainer(_ path: String) throws -> Checkpoint {
    if isFolder(path) { return try read(TorchFolder(path)) }
    let file = try MappedFile(path: path)
    switch FileKind(file) {
    case .zip: return try read(TorchArchive(file))
    case .torchLegacy:
      let stream = try TorchLegacyStream(whole(file))
      return try checkpoint(stream.tree, stream, .torchLegacy)
    case .pickle: return try readPickle(file)
    case .safetensors: return try SafetensorsReader.read(file)
    case let kind: throw FormatError.notWeights(kind)
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

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private final class NoStorages: TorchStorages {
    let isBigEndian = false
    let byteCount: Int

    init(byteCount: Int) { self.byteCount = byteCount }

    func storage(_ key: String) throws -> Storage? { nil }
  }
}
