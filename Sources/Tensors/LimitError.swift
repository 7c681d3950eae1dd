/// A bound on time that was reached. Memory has ``TensorError/outOfMemory(requested:limit:)``.
public enum LimitError: Error, Hashable, Sendable {
  /// More units of work were asked for than a ``WorkBudget`` allows.
  case work(limit: Int)
  /// The time is up.
  case time(seconds: Double)
}
