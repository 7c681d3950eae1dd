import CNNSystem

/// What a whole way may take: reading a model, rewriting it, running it. All of it is charged together.
///
/// ```swift
/// let limits = Limits(memory: 256 << 20, work: 1_000_000_000_000, seconds: 10)
/// let outputs = try limits.run { try Session(Model(contentsOf: path)).run(inputs) }
/// ```
///
/// Without any, each step has a limit in proportion to what it is given: ``memory(forBytes:)`` and ``work(forBytes:)``.
public struct Limits: Sendable, Hashable {
  /// The most bytes that tensors, engines and readers may own together; `nil` sets no further limit.
  public var memory: Int?
  /// The most units of work, see ``WorkBudget``; `nil` sets no further limit.
  public var work: Int?
  /// The most seconds; `nil` sets no limit.
  public var seconds: Double?

  /// What each step may take if it is not told otherwise; without, it is in proportion to what the step is given.
  @TaskLocal public static var defaults = Limits()

  /// Limits on some of the three.
  public init(memory: Int? = nil, work: Int? = nil, seconds: Double? = nil) {
    (self.memory, self.work, self.seconds) = (memory, work, seconds)
  }

  /// 64 MiB, 10¹⁰ units and a second: for trying what strangers' bytes do, many times.
  public static let small = Limits(memory: 64 << 20, work: 10_000_000_000, seconds: 1)

  /// Runs `body` within the limits, which hold beside those that hold already.
  public func run<R>(_ body: () throws -> R) rethrows -> R {
    let memory = memory.map { MemoryBudget(limit: $0, within: MemoryBudget.current) } ?? MemoryBudget.current
    let work =
      work == nil && seconds == nil
      ? WorkBudget.current : WorkBudget(limit: work ?? .max, seconds: seconds, within: WorkBudget.current)
    return try MemoryBudget.$current.withValue(memory) { try WorkBudget.$current.withValue(work) { try body() } }
  }

  /// What a step may take on a model of so many bytes, its inputs among them.
  public static func standard(forBytes count: Int) -> Limits {
    Limits(memory: memory(forBytes: count), work: work(forBytes: count))
  }

  /// The memory that a model of so many bytes may take, its inputs among them: a gibibyte, and 32 times the bytes.
  public static func memory(forBytes count: Int) -> Int {
    defaults.memory ?? min(count.saturatingMultiplied(by: 32).saturatingAdded(to: 1 << 30), mostMemory)
  }

  /// The units of work that a model of so many bytes may take, its inputs among them: 10¹¹, and 10⁵ for each byte, but no
  /// more than 10¹³. That is two seconds and two microseconds a byte, and 200 seconds at most, if one core computes.
  public static func work(forBytes count: Int) -> Int {
    defaults.work ?? min(count.saturatingMultiplied(by: 100_000).saturatingAdded(to: 100_000_000_000), mostWork)
  }

  /// No default is larger: 10¹³ units.
  public static let mostWork = 10_000_000_000_000

  /// The most memory that the system lets this process have.
  static let mostMemory = SystemLimits.availableMemory ?? .max
}
