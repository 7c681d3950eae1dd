/// Files of one folder that appear together, after all of them are written.
///
/// They are written into a hidden folder. A folder that is not there yet appears with all of them in one step, and so is
/// one exchanged that holds no other files. In a folder that holds others, too, the files that are to be replaced leave it
/// before the new ones come: there are never new files beside old ones.
package final class StagedFolder {
  /// The path that was asked for.
  package let path: String

  /// Where the folder is: the path with its links followed.
  private let target: String
  private let isNew: Bool
  private var stage: String
  private var descriptor: Int32
  private var notes: [PassingNote]
  private var names: [String] = []
  private var isPublished = false

  /// Makes the hidden folder, and the folders on the way to where it goes.
  /// - Throws: ``FileError``.
  package init(_ path: String) throws(FileError) {
    self.path = path
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let target = try Path.followingLinks(trimmed)
    let found = FileStatus(path: target)
    if let found, found.kind != .folder { throw FileError(.create, path: path, number: SystemCalls.noFolder) }
    (self.target, isNew) = (target, found == nil)
    if isNew { try Folder.make(Path.split(target).folder) }
    PassingName.clean(beside: target)
    let relative = isNew ? target : "\(target)/outputs"
    if !isNew { PassingName.clean(beside: relative) }
    (stage, descriptor, notes) = ("", -1, [])
    for _ in 0..<16 {
      stage = PassingName.make(beside: relative)
      notes = [PassingNote(stage)]
      guard SystemCalls.makeFolder(stage, permissions: 0o777) else { throw FileError(.create, path: path) }
      descriptor = SystemCalls.openFolder(stage)
      _ = SystemCalls.lock(descriptor)
      // Another process may have found the folder before it was locked.
      if descriptor >= 0, FileStatus(path: stage)?.number == SystemCalls.status(of: descriptor)?.number { return }
      if descriptor >= 0 { _ = SystemCalls.closeFile(descriptor) }
    }
    throw FileError(.create, path: path, number: SystemCalls.notFound)
  }

  deinit {
    if !isPublished {
      for name in names { Path.remove("\(stage)/\(name)") }
      _ = SystemCalls.removeFolder(stage)
    }
    if descriptor >= 0 { _ = SystemCalls.closeFile(descriptor) }
  }

  /// Where a file is to be written that will have a name in the folder.
  /// - Throws: ``FileError`` if something other than a file has the name.
  package func place(_ name: String) throws(FileError) -> String {
    if let status = FileStatus(path: "\(target)/\(name)"), status.kind != .file {
      throw FileError(.create, path: "\(path)/\(name)", found: status.kind)
    }
    names.append(name)
    let place = "\(stage)/\(name)"
    notes.append(PassingNote(place))
    return place
  }

  /// Lets all files appear.
  /// - Throws: ``FileError``; the folder is as it was then.
  package func publish() throws(FileError) {
    try LostFiles.check()
    Folder.synchronize(stage)
    try Commit.run { () throws(FileError) in
      if isNew, SystemCalls.move(stage, to: target) {
        Folder.synchronize(Path.split(target).folder)
      } else if !exchange() {
        try moveFiles()
      }
      isPublished = true
      notes = []
    }
  }

  // MARK: The whole folder

  /// Lets the hidden folder and the old one change places, if that loses nothing.
  private func exchange() -> Bool {
    let (parent, hidden) = (Path.split(target).folder, Path.split(stage).name)
    guard names.count > 1, let old = FileStatus(path: target), let above = FileStatus(path: parent),
      let here = FileStatus(path: "."), old.device == above.device, old.number != here.number,
      let entries = try? Folder.names(in: target, atMost: names.count + 2).filter({ $0 != hidden }),
      !entries.isEmpty, Set(entries).isSubset(of: names),
      entries.allSatisfy({ FileStatus(path: "\(target)/\($0)", followsLink: false)?.kind == .file })
    else { return false }
    let outside = PassingName.make(beside: target)
    notes.append(PassingNote(outside))
    guard SystemCalls.move(stage, to: outside) else { return false }
    stage = outside
    for name in entries { adopt(name) }
    SystemCalls.adopt(old, descriptor)
    guard SystemCalls.exchange(outside, target) else { return false }
    Folder.synchronize(parent)
    for name in entries { Path.remove("\(outside)/\(name)") }
    // What came in the meantime goes along.
    for name in (try? Folder.names(in: outside)) ?? [] {
      if !Path.exists("\(target)/\(name)") { _ = SystemCalls.move("\(outside)/\(name)", to: "\(target)/\(name)") }
    }
    _ = SystemCalls.removeFolder(outside)
    return true
  }

  /// Gives a new file the permissions of the one that it replaces.
  private func adopt(_ name: String) {
    guard let old = FileStatus(path: "\(target)/\(name)") else { return }
    let file = SystemCalls.openForReading("\(stage)/\(name)")
    guard file >= 0 else { return }
    SystemCalls.adopt(old, file)
    _ = SystemCalls.closeFile(file)
  }

  // MARK: File by file

  /// Moves the files, the old ones out of the way first, but for one that is replaced in one step.
  private func moveFiles() throws(FileError) {
    var ends: [String: String] = [:]
    for name in names { ends[name] = try Path.followingLinks("\(target)/\(name)") }
    let replaced = names.filter { ends[$0].map(Path.exists) ?? false }
    replaced.forEach(adopt)
    let order = (replaced.first.map { [$0] } ?? []) + names.filter { $0 != replaced.first }
    var moved: [(from: String, to: String)] = []
    func move(_ path: String, to other: String, _ name: String) throws(FileError) {
      guard SystemCalls.move(path, to: other) else {
        let error = FileError(.rename, path: "\(self.path)/\(name)")
        for (from, to) in moved.reversed() { _ = SystemCalls.move(to, to: from) }
        throw error
      }
      moved.append((path, other))
    }
    // One that is replaced in one step can come back, too.
    if names.count > 1, let first = replaced.first, let end = ends[first] {
      _ = SystemCalls.addName("\(stage)/.old.\(first)", to: end)
    }
    do throws(FileError) {
      for name in replaced.dropFirst() { try move(ends[name] ?? "", to: "\(stage)/.old.\(name)", name) }
      for name in order { try move("\(stage)/\(name)", to: ends[name] ?? "", name) }
    } catch {
      if let first = replaced.first, let end = ends[first] {
        let old = "\(stage)/.old.\(first)"
        _ = Path.exists(end) ? Path.remove(old) : SystemCalls.move(old, to: end)
      }
      throw error
    }
    for name in replaced { Path.remove("\(stage)/.old.\(name)") }
    Folder.synchronize(target)
    _ = SystemCalls.removeFolder(stage)
  }
}
