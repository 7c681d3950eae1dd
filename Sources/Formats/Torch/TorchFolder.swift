import CNNSystem
import CNNTensors

/// The archive of `torch.save`, unzipped into a folder: `data.pkl`, `byteorder` and the storages in `data/`.
final class TorchFolder: TorchStorages {
  private static let pickleName = "data.pkl"

  private let folder: ContainedFolder
  private var files: [String: Storage] = [:]
  private let pickleFile: MappedFile

  let isBigEndian: Bool
  let byteCount: Int
  /// True if the folder holds a program beside the weights.
  let isScript: Bool

  /// Opens a folder, or the only one in it that holds a pickle.
  /// - Throws: ``FormatError``, ``FileError``.
  init(_ path: String) throws {
    guard let place = Self.place(path) else { throw FormatError.checkpoint(.noPickle) }
    folder = ContainedFolder(place)
    pickleFile = try Self.file(Self.pickleName, folder)
    var order = ""
    if Path.exists("\(place)/byteorder") {
      order = try Self.file("byteorder", folder).withBytes { String(decoding: $0.prefix(64), as: UTF8.self) }
    }
    isBigEndian = order == "big"
    isScript = Path.exists("\(place)/constants.pkl")
    var total = pickleFile.byteCount
    for name in Self.names("\(place)/data") {
      // A link's size is its own: what it leads to does not count.
      let status = FileStatus(path: "\(place)/data/\(name)", followsLink: false)
      if let status, status.kind == .file { total = total.addingReportingOverflow(status.byteCount).partialValue }
    }
    byteCount = max(total, 0)
  }

  /// True if a folder holds a pickle as the archive does.
  static func isTorchFolder(_ path: String) -> Bool { place(path) != nil }

  func pickle() throws -> Storage { try Storage(file: pickleFile, offset: 0, count: pickleFile.byteCount) }

  func storage(_ key: String) throws -> Storage? {
    if let known = files[key] { return known }
    guard !key.isEmpty, key != ".", key != "..", !key.utf8.contains(0), !key.utf8.contains(UInt8(ascii: "/")) else {
      throw FormatError.checkpoint(.unsafeName(key))
    }
    guard Path.exists("\(folder.path)/data/\(key)") else { return nil }
    let file = try Self.file("data/\(key)", folder)
    let storage = try Storage(file: file, offset: 0, count: file.byteCount)
    files[key] = storage
    return storage
  }

  private static func place(_ path: String) -> String? {
    if Path.exists("\(path)/\(pickleName)") { return path }
    let inner = names(path).filter { Path.exists("\(path)/\($0)/\(pickleName)") }
    return inner.count == 1 ? "\(path)/\(inner[0])" : nil
  }

  private static func file(_ name: String, _ folder: ContainedFolder) throws -> MappedFile {
    do throws(ContainedFolder.Fault) { return try folder.file(name) } catch {
      switch error {
      case .outside: throw FormatError.checkpoint(.outsideFolder(name))
      case .unreadable(let error):
        throw FileError(error.operation, path: "\(folder.path)/\(name)", number: error.number)
      }
    }
  }

  /// The names of everything in a folder but for hidden things.
  private static func names(_ path: String) -> [String] {
    ((try? Folder.names(in: path, atMost: 1 << 20)) ?? []).filter { !$0.hasPrefix(".") }
  }
}
