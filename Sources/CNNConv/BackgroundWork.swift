/// Work that goes on after a result is there. A program that ends waits for it.
public enum BackgroundWork {
  private static let pending = PendingWork()

  static func start(_ body: @escaping @Sendable () -> Void) { pending.start(body) }

  /// Returns when all of it is done.
  public static func finish() { pending.finish() }
}
