import CNNSystem
import CNNTensors

/// The data files that this program writes beside a model.
///
/// Each has a name of its own, `MODEL.DIGEST.data`, so a new one never takes the place of the one that the model there
/// refers to. The model is renamed last: with that one step the old model with its data becomes the new one with its own.
/// Then the old data file goes.
struct DataFiles {
  private static let ending = ".data"
  private static let digits = 16

  /// The model's path, links followed.
  let model: String
  private var folder: String { Path.split(model).folder }
  /// Leaves room for digest and ending in the 255 bytes of a name.
  private var prefix: String { "\(String(decoding: Path.split(model).name.utf8.prefix(220), as: UTF8.self))." }

  /// The name of a data file.
  func name(digest: UInt64) -> String {
    let number = String(digest, radix: 16)
    return prefix + String(repeating: "0", count: Self.digits - number.count) + number + Self.ending
  }

  /// The path of a data file.
  func path(_ name: String) -> String { String(model.dropLast(Path.split(model).name.count)) + name }

  /// The data files of ours that a model names; none if it must not be read.
  /// - Throws: ``FileError`` if the system has no room to look.
  func named(in file: String) throws(FileError) -> [String] {
    let length = prefix.utf8.count + Self.digits + Self.ending.utf8.count
    let names = ((try? Folder.names(in: folder)) ?? []).filter { name in
      name.utf8.count == length && name.hasPrefix(prefix) && name.hasSuffix(Self.ending)
        && name.utf8.dropFirst(prefix.utf8.count).prefix(Self.digits).allSatisfy {
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }
    guard !names.isEmpty else { return [] }
    do throws(FileError) {
      let file = try MappedFile(path: file)
      return names.filter { file.contains($0) }
    } catch {
      guard error.operation == .map else { return [] }
      throw error
    }
  }

  /// Puts a model and its data file into their places, and removes the data file of the model that was there.
  func publish(_ file: AtomicFile, data: AtomicFile?) throws(FileError) {
    let files = (data.map { [$0] } ?? []) + [file]
    try AtomicFile.synchronize(files)
    // Without the lock another process may be about to refer to what would be removed.
    let lock = FolderLock(folder)
    let old = try named(in: model)
    let new = data.map { Path.split($0.target).name }
    let remembered = lock == nil || old.isEmpty ? nil : StagedFile.remember(model)
    var isLeft = false
    defer {
      if let remembered, !isLeft { Path.remove(remembered) }
      lock?.release()
    }
    do throws(FileError) { try AtomicFile.rename(files) } catch {
      if let data, let new, data.isPublished, lock != nil, !old.contains(new) { Path.remove(data.target) }
      throw error
    }
    if lock != nil { for name in old where name != new && !Path.remove(path(name)) { isLeft = true } }
  }

  /// Removes what a process left that was killed: a model out of sight, and the data files that it names.
  func clean() {
    StagedFile.clean(beside: model) { left in
      guard let orphans = try? Set(named(in: left)).subtracting(named(in: model)), !orphans.isEmpty,
        let lock = FolderLock(folder)
      else { return }
      orphans.forEach { Path.remove(path($0)) }
      lock.release()
    }
  }
}
