/// What the system knows of a file or folder.
package struct FileStatus: Hashable, Sendable {
  /// What it is.
  package enum Kind: Sendable { case file, folder, link, other }

  /// A moment, since 1970.
  package struct Moment: Hashable, Sendable {
    package let seconds: Int
    package let nanoseconds: Int
  }

  /// What it is.
  package let kind: Kind
  /// Its size in bytes.
  package let byteCount: Int
  /// The device that it lies on.
  package let device: UInt64
  /// Its number on the device, which stays with it when it is renamed.
  package let number: UInt64
  /// When its bytes changed last, as programs may set it.
  package let changed: Moment
  /// When its bytes, its times, its names or its permissions changed last: the system alone sets it. Equal to ``changed``
  /// on file systems that do not know it.
  package let statusChanged: Moment
  /// The number of the user whose it is.
  package let owner: UInt32
  /// The number of its group.
  package let group: UInt32
  /// What owner, group and others may do: the nine bits of Unix.
  package let permissions: UInt16
}

extension FileStatus {
  /// True if it is this process's user's, and nobody else may write to it.
  package var isProtected: Bool { owner == CurrentProcess.user && permissions & 0o022 == 0 }
  /// True if it is this process's user's, and nobody else may even read it.
  package var isPrivate: Bool { owner == CurrentProcess.user && permissions & 0o077 == 0 }
}

extension FileStatus {
  /// Looks at what a path leads to; `nil` if it leads nowhere.
  /// - Parameter followsLink: false to look at a symbolic link itself.
  package init?(path: String, followsLink: Bool = true) {
    guard let found = SystemCalls.status(of: path, followsLink: followsLink) else { return nil }
    self = found
  }
}
