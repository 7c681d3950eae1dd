/// Names that files and folders bear while they are made: hidden, unlike any other, and recognised by later processes.
///
/// Whoever makes such a file holds a lock on it, which the system takes away when the process ends. So what bears such a
/// name and can be locked was left behind by a process that was killed.
enum PassingName {
  private static let ending = ".cnnconv-part"
  private static let digits = 13
  /// What is kept of the name that the file will have. Some file systems take no more than 143 bytes in all.
  private static let prefixLength = 100

  /// A name beside a path.
  static func make(beside path: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let number = String(generator.next() as UInt64, radix: 36)
    let unique = String(repeating: "0", count: digits - number.count) + number
    return "\(Path.split(path).folder)/\(prefix(of: path))\(unique)\(ending)"
  }

  private static func prefix(of path: String) -> String {
    ".\(String(decoding: Path.split(path).name.utf8.prefix(prefixLength), as: UTF8.self))."
  }

  /// What killed processes left beside a path that they were making.
  static func abandoned(beside path: String) -> [String] {
    let (folder, prefix) = (Path.split(path).folder, prefix(of: path))
    let length = prefix.utf8.count + digits + ending.utf8.count
    let names = (try? Folder.names(in: folder, atMost: 1 << 16)) ?? []
    return names.filter { $0.utf8.count == length && $0.hasPrefix(prefix) && $0.hasSuffix(ending) }
      .map { "\(folder)/\($0)" }
  }

  /// Removes what killed processes left beside a path that they were making.
  /// - Parameters:
  ///   - onlyOwn: whether what belongs to other users stays, in a folder to which all may write.
  ///   - look: called before each is removed, with its path.
  static func clean(beside path: String, onlyOwn: Bool = false, _ look: (String) -> Void = { _ in }) {
    for left in abandoned(beside: path) {
      if onlyOwn, FileStatus(path: left, followsLink: false)?.owner != CurrentProcess.user { continue }
      let descriptor = SystemCalls.openItself(left)
      guard descriptor >= 0 else { continue }
      if SystemCalls.lock(descriptor) {
        look(left)
        switch SystemCalls.status(of: descriptor)?.kind {
        case .file: _ = SystemCalls.remove(left)
        case .folder: Folder.removeFlat(left)
        default: break
        }
      }
      _ = SystemCalls.closeFile(descriptor)
    }
  }
}
