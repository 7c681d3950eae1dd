import CNNSystem
import Synchronization

/// A limit on what is computed: units of work, a deadline, and a way to stop it from elsewhere.
///
/// A few bytes of a hostile file can ask for years (nested loops, products of matrices that were never stored). So work is
/// charged to a budget before it is done, whole operators at a time. One check serves the limit, the deadline and the
/// stop. A budget that is over stays over.
///
/// A unit is about what a multiplication with addition takes in single precision on one core: 20 picoseconds. All other
/// work is counted in it, see ``WorkBudget/Cost``.
///
/// ```swift
/// let budget = WorkBudget(limit: 1_000_000_000, seconds: 2)
/// let model = try WorkBudget.$current.withValue(budget) { try Model(contentsOf: path) }
/// ```
public final class WorkBudget: Sendable {
  /// What work counts, in units.
  public enum Cost {
    /// One multiplication with addition of a matrix product or convolution.
    public static let multiplyAdd = 1
    /// One element that an operator reads or writes in the reference evaluation.
    public static let element = 100
    /// One step of a plain loop in the reference evaluation: an addition, a comparison, a product.
    public static let step = 20
    /// One node that is evaluated, and one round of a loop.
    public static let node = 50_000
    /// One node whose types are inferred, or that a rule looks at.
    public static let inference = 100_000
  }

  /// The budget of the process: of all that is not charged to another one. It has no limit unless a program sets one.
  public static let process = WorkBudget()

  /// The budget that work is charged to here.
  @TaskLocal public static var current = WorkBudget.process

  private static let mostUnits = 1 << 60
  private let spent = Atomic<Int>(0)
  private let limitInUnits: Atomic<Int>
  private let wasStopped = Atomic<Bool>(false)
  /// Milliseconds on the system's clock, as bits; infinite if there is no deadline.
  private let deadline: Atomic<UInt64>
  private let allowedSeconds: Atomic<UInt64>
  private let outer: WorkBudget?

  /// A budget of its own.
  /// - Parameters:
  ///   - limit: the most units.
  ///   - seconds: how long the work may take from now on; `nil` for as long as it takes.
  ///   - outer: a budget that the work is charged to as well.
  public init(limit: Int = .max, seconds: Double? = nil, within outer: WorkBudget? = nil) {
    limitInUnits = Atomic(min(max(0, limit), Self.mostUnits))
    deadline = Atomic(Double.infinity.bitPattern)
    allowedSeconds = Atomic(Double.infinity.bitPattern)
    self.outer = outer
    if let seconds { endIn(seconds: seconds) }
  }

  /// Units that have been charged.
  public var used: Int { spent.load(ordering: .relaxed) }

  /// The most units that may be charged together.
  public var limit: Int {
    get { limitInUnits.load(ordering: .relaxed) }
    set { limitInUnits.store(min(max(0, newValue), Self.mostUnits), ordering: .relaxed) }
  }

  /// Sets the deadline.
  /// - Parameter seconds: how long the work may take from now on.
  public func endIn(seconds: Double) {
    allowedSeconds.store(seconds.bitPattern, ordering: .relaxed)
    deadline.store((SystemClock.milliseconds + seconds * 1000).bitPattern, ordering: .relaxed)
  }

  /// Ends the work: whoever charges or checks from now on gets a `CancellationError`. May be called on any thread.
  public func stop() { wasStopped.store(true, ordering: .relaxed) }

  /// True if ``stop()`` has been called.
  public var isStopped: Bool { wasStopped.load(ordering: .relaxed) }

  /// Charges work that is about to be done.
  /// - Throws: `CancellationError` if the work has been stopped, and ``LimitError`` if the budget does not allow it.
  package func charge(_ units: Int) throws {
    let units = min(max(0, units), 1 << 56)
    // A budget that is over is charged no more, so that the sum cannot overflow.
    if used <= limit { spent.wrappingAdd(units, ordering: .relaxed) }
    try checkOwn()
    try outer?.charge(units)
  }

  /// Charges so many times some units, however large the product is.
  package func charge(_ count: Int, times units: Int) throws { try charge(count.saturatingMultiplied(by: units)) }

  /// - Throws: `CancellationError` if the work has been stopped, and ``LimitError`` if the budget is spent or the time up.
  package func check() throws {
    try checkOwn()
    try outer?.check()
  }

  /// What `body` gives; `nil` if it fails, for what may fail without harm. If the work has to end, that is thrown on.
  package static func attempt<R>(_ body: () throws -> R) throws -> R? {
    do { return try body() } catch {
      try current.check()
      return nil
    }
  }

  /// True if the work has to end. Takes nanoseconds.
  package var isOver: Bool {
    isStopped || used > limit || isLate || outer?.isOver ?? false
  }

  private var isLate: Bool {
    let deadline = Double(bitPattern: deadline.load(ordering: .relaxed))
    return deadline < .infinity && SystemClock.milliseconds > deadline
  }

  private func checkOwn() throws {
    if isStopped { throw CancellationError() }
    let limit = limit
    if used > limit { throw LimitError.work(limit: limit) }
    if isLate { throw LimitError.time(seconds: Double(bitPattern: allowedSeconds.load(ordering: .relaxed))) }
  }
}

extension Int {
  /// The product, or the largest number if that is too large: what is charged may be any size.
  package func saturatingMultiplied(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? (self < 0) == (other < 0) ? .max : .min : product
  }

  /// The sum, or the largest number if that is too large.
  package func saturatingAdded(to other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? self < 0 ? .min : .max : sum
  }
}
