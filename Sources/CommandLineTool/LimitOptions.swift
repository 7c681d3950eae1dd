import ArgumentParser
import CNNConv
import CNNSystem

/// What a command may take.
struct LimitOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The most bytes that tensors, engines and readers may take, as in 4GB; 1 GiB and 32 times the model and its inputs if not given.",
      valueName: "BYTES"))
  var memoryLimit: ByteCount?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The most units of work for each step (reading, rewriting, comparing, a run), as in 1e12. A unit is a multiplication with addition; in proportion to the model and its inputs if not given, 1e13 at most.",
      valueName: "UNITS"))
  var workLimit: WorkCount?

  @Option(name: .long, help: ArgumentHelp("The most seconds for the whole command.", valueName: "SECONDS"))
  var timeout: Double?

  func validate() throws {
    guard timeout.map({ $0 > 0 && $0 <= 1e9 }) ?? true else {
      throw ValidationError("--timeout is a number of seconds above 0")
    }
  }

  /// Runs a command within the limits.
  func run(_ body: () throws -> Void) throws {
    if let timeout { WorkBudget.process.endIn(seconds: timeout) }
    try Limits.$defaults.withValue(Limits(memory: memoryLimit?.value, work: workLimit?.value)) {
      MemoryBudget.process.limit = min(Limits.memory(forBytes: 0), Self.systemLimit)
      try body()
    }
  }

  /// Lets a command take more in proportion to what it is given, unless its user has set a limit.
  static func allow(forBytes count: Int) {
    guard Limits.defaults.memory == nil else { return }
    let more = Limits.memory(forBytes: count) - Limits.memory(forBytes: 0)
    let (limit, overflow) = MemoryBudget.process.limit.addingReportingOverflow(more)
    MemoryBudget.process.limit = min(overflow ? .max : limit, systemLimit)
  }

  /// What the system allows (`ulimit -v`, a control group), less what the program takes that no budget counts.
  private static let systemLimit: Int = {
    guard let available = SystemLimits.availableMemory else { return .max }
    return available - min(64 << 20, available / 4)
  }()
}

/// A command that works on models within limits.
protocol LimitedCommand: ParsableCommand {
  var limits: LimitOptions { get }
}
