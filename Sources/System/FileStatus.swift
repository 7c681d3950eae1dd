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
  /// When its bytes changed last.
  package let changed: Moment
  /// The number of its owner.
  package let owner: UInt32
  /// The number of its group.
  package let group: UInt32
  /// What owner, group and others may do: the nine bits of Unix.
  package let permissions: UInt16
}

extension FileStatus {
  /// Looks at what a path leads to; `nil` if it leads nowhere.
  /// - Parameter followsLink: false to look at a symbolic link itself.
  package init?(path: String, followsLink: Bool = true) {
    guard let found = SystemCalls.status(of: path, followsLink: followsLink) else { return nil }
    self = found
  }
}
