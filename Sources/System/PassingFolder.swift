/// A hidden folder that goes, with the files in it, when its last user or the process does.
package final class PassingFolder {
  /// Where it is.
  package let path: String
  private let descriptor: Int32
  private var notes: [PassingNote]

  /// Makes a folder that its owner alone may look into, and removes those that killed processes of the user left.
  /// - Parameter parent: the folder in which it lies.
  /// - Throws: ``FileError``.
  package init(in parent: String) throws(FileError) {
    let base = "\(parent)/cnnconv"
    PassingName.clean(beside: base, onlyOwn: true)
    path = PassingName.make(beside: base)
    notes = [PassingNote(path)]
    guard SystemCalls.makeFolder(path, permissions: 0o700) else { throw FileError(.create, path: parent) }
    descriptor = SystemCalls.openFolder(path)
    if descriptor >= 0 { _ = SystemCalls.lock(descriptor) }
  }

  deinit {
    Folder.removeFlat(path)
    if descriptor >= 0 { _ = SystemCalls.closeFile(descriptor) }
  }

  /// Where a file is to be written that goes with the folder.
  package func place(_ name: String) -> String {
    let place = "\(path)/\(name)"
    notes.append(PassingNote(place))
    return place
  }
}
