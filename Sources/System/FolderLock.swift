/// A lock that processes hold one after the other while they change what belongs together in a folder.
package final class FolderLock {
  /// A lock is held for moments only; who waits longer than this does without.
  private static let patience = 5000

  private var descriptor: Int32

  /// Waits for the lock. On a file system without locks there is nothing to wait for.
  /// - Returns: `nil` if somebody else keeps it.
  package init?(_ folder: String) {
    descriptor = SystemCalls.openFolder(folder)
    guard descriptor >= 0 else { return }
    for _ in 0..<Self.patience {
      guard !SystemCalls.lock(descriptor), SystemCalls.lastError == SystemCalls.wouldBlock else { return }
      SystemClock.pause(microseconds: 1000)
    }
    return nil
  }

  deinit { release() }

  /// Lets the next one go on.
  package func release() {
    if descriptor >= 0 { _ = SystemCalls.closeFile(descriptor) }
    descriptor = -1
  }
}
