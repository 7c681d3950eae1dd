import CNNExecution
import CNNGraphs
import CNNSystem

// What lies in the folder of a cache: it is listed, kept small and tidied up.

extension PlanCache {
  /// A plan that is kept.
  public struct Entry: Sendable, Hashable {
    /// The file's name in the folder.
    public let name: String
    /// The path of the model that the plan was made of; `nil` if this program cannot read the file.
    public let model: String?
    /// The inputs' names and shapes, such as `x:[1, 3, 224, 224]`; `nil` if this program cannot read the file.
    public let inputs: String?
    /// Bytes of the file.
    public let byteCount: Int
    /// Seconds since the plan was used.
    public let age: Int
  }

  /// False if the folder, or the secret in it, is not its user's alone: nothing is kept there then, and nothing used.
  public var isUsable: Bool {
    if !Folder.exists(folder) { return true }
    guard PlanSecret.isTrusted(folder: folder) else { return false }
    let status = FileStatus(path: "\(folder)/\(PlanSecret.fileName)", followsLink: false)
    return status == nil || status?.owner == CurrentProcess.user
  }

  private static let ending = ".plan"
  private static let unfinishedEnding = ".part"

  /// The plans in the folder, those that were used last first; none if there is no folder.
  /// - Throws: ``ConversionError`` if the folder cannot be read.
  public func entries() throws -> [Entry] {
    let secret = PlanSecret(existingIn: folder)
    let now = SystemClock.date
    return try names(ending: PlanCache.ending).compactMap { name -> Entry? in
      let path = "\(folder)/\(name)"
      guard let status = FileStatus(path: path) else { return nil }
      let words = secret.flatMap { Engine.keyWords(of: path, secret: $0) }
      return Entry(
        name: name, model: words?.first, inputs: words?.dropFirst().first, byteCount: status.byteCount,
        age: max(0, now - status.changed.seconds))
    }.sorted { ($0.age, $0.name) < ($1.age, $1.name) }
  }

  /// Removes all plans, what was left of unfinished ones, and the secret.
  /// - Returns: how many plans there were, and their bytes.
  /// - Throws: ``ConversionError`` if one of them stays.
  @discardableResult
  public func clear() throws -> (plans: Int, byteCount: Int) {
    var removed = (plans: 0, byteCount: 0)
    let plans = try names(ending: PlanCache.ending)
    for name in try plans + names(ending: PlanCache.unfinishedEnding) + [PlanSecret.fileName] {
      let path = "\(folder)/\(name)"
      guard let status = FileStatus(path: path, followsLink: false) else { continue }
      guard Path.remove(path) else { throw ConversionError(outside: FileError(.create, path: path)) }
      if name.hasSuffix(PlanCache.ending) { removed = (removed.plans + 1, removed.byteCount + status.byteCount) }
    }
    return removed
  }

  private func names(ending: String) throws -> [String] {
    guard Folder.exists(folder) else { return [] }
    do {
      return try Folder.names(in: folder).filter { $0.hasSuffix(ending) }
    } catch {
      throw ConversionError(outside: error)
    }
  }

  /// Removes what processes left that ended while they wrote.
  func removeAbandoned() {
    for name in (try? names(ending: PlanCache.unfinishedEnding)) ?? [] {
      let path = "\(folder)/\(name)"
      if let file = try? MappedFile(path: path, marksChanges: false), file.isAbandoned { Path.remove(path) }
    }
  }

  /// Removes the plans that were used longest ago until so many bytes more are not too many.
  func makeRoom(for byteCount: Int) {
    var files = ((try? names(ending: PlanCache.ending)) ?? []).compactMap {
      name -> (path: String, status: FileStatus)? in
      FileStatus(path: "\(folder)/\(name)").map { ("\(folder)/\(name)", $0) }
    }
    files.sort { ($0.status.changed.seconds, $0.path) < ($1.status.changed.seconds, $1.path) }
    var total = files.reduce(byteCount) { $0 + $1.status.byteCount }
    for (path, status) in files where total > mostBytes {
      if Path.remove(path) { total -= status.byteCount }
    }
  }
}
