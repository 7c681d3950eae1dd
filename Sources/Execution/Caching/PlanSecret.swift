import CNNSystem

/// What kept plans are authenticated with: random bytes in a file that only its owner can read.
///
/// The file lies in the plans' folder and is made by the first process that needs it. Of several processes that make one
/// at the same time one wins, and all take its bytes. A file that another user owns or could have read is never used.
package struct PlanSecret: Sendable {
  /// The file's name.
  package static let fileName = "key"
  /// Bytes of a secret.
  package static let byteCount = 32
  /// Two keys of SipHash: one for what is kept in files, one to derive longer keys from.
  let bytes: [UInt8]

  /// A secret of a program's own.
  /// - Parameter bytes: ``byteCount`` of them.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == PlanSecret.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The secret of a folder, made now if there is none.
  /// - Returns: `nil` if the folder or the file is not this user's alone, or cannot be read or made.
  package init?(folder: String) {
    guard PlanSecret.isTrusted(folder: folder) else { return nil }
    let path = "\(folder)/\(PlanSecret.fileName)"
    if let found = PlanSecret.read(path) {
      self = found
      return
    }
    // One that is ours and no secret, because others can read it or it was cut short, is replaced.
    if let status = FileStatus(path: path, followsLink: false) {
      guard status.owner == CurrentProcess.user, Path.remove(path) else { return nil }
    }
    guard PlanSecret.make(path), let made = PlanSecret.read(path) else { return nil }
    self = made
  }

  /// The secret of a folder if there is one.
  package init?(existingIn folder: String) {
    guard PlanSecret.isTrusted(folder: folder), let found = PlanSecret.read("\(folder)/\(PlanSecret.fileName)") else {
      return nil
    }
    self = found
  }

  /// True if a folder is this user's, and nobody else can put files there.
  package static func isTrusted(folder: String) -> Bool {
    guard let status = FileStatus(path: folder) else { return false }
    return status.kind == .folder && status.isProtected
  }

  private static func read(_ path: String) -> PlanSecret? {
    guard FileStatus(path: path, followsLink: false)?.kind == .file,
      let file = try? MappedFile(path: path, marksChanges: false),
      file.status.isPrivate, file.byteCount == byteCount
    else { return nil }
    // Not by the mapping: the file may be cut short at any time.
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0, at: 0) }), count == byteCount else {
      return nil
    }
    return PlanSecret(bytes)
  }

  /// Writes new bytes beside the file, and lets them take its place if nobody else was first.
  private static func make(_ path: String) -> Bool {
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
    let beside = "\(path).\(String(random.next(), radix: 36)).part"
    defer { Path.remove(beside) }
    do {
      let file = try OutputFile(path: beside, existing: .refused, permissions: 0o600)
      file.take()
      try bytes.withUnsafeBytes { try file.write($0) }
      try file.synchronize()
      defer { withExtendedLifetime(file) {} }
      if Path.addName(beside, path) || Path.exists(path) { return true }
      // A file system without second names: the last one wins there.
      try Path.rename(beside, to: path)
      return true
    } catch {
      return false
    }
  }
}
