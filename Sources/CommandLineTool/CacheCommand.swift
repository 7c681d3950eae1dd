import ArgumentParser
import CNNConv
import CNNSystem

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Lists the compiled plans that are kept for later starts, or removes them.",
    usage: "cnnconv cache [list | clear] [--json]",
    discussion: """
      Plans lie in $CNNCONV_CACHE, or in the folder cnnconv of $XDG_CACHE_HOME or of ~/.cache. They take at most 2 GiB, \
      or what $CNNCONV_CACHE_LIMIT says, or --plan-cache-limit of the command that keeps one; what was used longest ago \
      goes first.

      Examples:
        cnnconv cache
        cnnconv cache --json
        cnnconv cache clear
        CNNCONV_CACHE_LIMIT=500MB cnnconv run model.onnx --seed 1
      """,
    subcommands: [ListCommand.self, ClearCommand.self], defaultSubcommand: ListCommand.self)

  /// The cache that the environment names; `nil` if nothing says where it is.
  /// - Throws: ``ConversionError`` if the environment sets a limit that is none.
  static func standardCache() throws -> PlanCache? {
    let limit = "CNNCONV_CACHE_LIMIT"
    if let text = CurrentProcess.variable(limit), !text.isEmpty, ByteCountText.bytes(text) == nil {
      throw ConversionError(.usage, "\(limit): a number of bytes expected, such as 500MB")
    }
    return PlanCache.standard
  }

  private static func cache() throws -> PlanCache {
    guard let cache = try standardCache() else {
      throw ConversionError(
        .usage, "nothing says where plans are kept: neither CNNCONV_CACHE nor HOME is an absolute path")
    }
    return cache
  }

  struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the plans, those that were used last first.",
      discussion: """
        Examples:
          cnnconv cache list
          cnnconv cache list --json
        """)

    @Flag(name: .long, help: "Print JSON.") var json = false
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let cache = try CacheCommand.cache()
      let plans = try cache.entries()
      if json { return try Terminal.print(json: Listing(cache, plans)) }
      for plan in plans {
        print(
          plan.byteCount.asBytes.leftPadded(9) + words(forSeconds: plan.age).leftPadded(12, gap: 2) + "  "
            + (plan.model.map { "\($0)  \(plan.inputs ?? "")" } ?? "\(plan.name)  not of this program").printable)
      }
      let total = plans.reduce(0) { $0 + $1.byteCount }
      print(
        "\(plans.count.counted("plan")), \(total.asBytes) of at most \(cache.mostBytes.asBytes), in \(cache.folder.printable)"
      )
      if !cache.isUsable {
        Terminal.note("the folder is not used: it, or the key in it, is another user's or open to others")
      }
    }

    private func words(forSeconds age: Int) -> String {
      for (unit, size) in [("days", 86400), ("hours", 3600), ("minutes", 60)] where age >= 2 * size {
        return "\(age / size) \(unit)"
      }
      return "\(age) s"
    }
  }

  struct ClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Removes all plans.",
      discussion: """
        Examples:
          cnnconv cache clear
          cnnconv cache clear --json
        """)

    @Flag(name: .long, help: "Print JSON.") var json = false
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let cache = try CacheCommand.cache()
      let removed = try cache.clear()
      if json {
        return try Terminal.print(
          json: Removal(folder: cache.folder, plans: removed.plans, bytes: removed.byteCount))
      }
      print(
        "removed \(removed.plans.counted("plan")), \(removed.byteCount.asBytes), from \(cache.folder.printable)"
      )
    }
  }

  private struct Removal: Encodable {
    let folder: String
    let plans: Int
    let bytes: Int

    private enum CodingKeys: String, CodingKey {
      case folder
      case plans = "removed_plans"
      case bytes = "removed_bytes"
    }
  }

  private struct Listing: Encodable {
    private struct Plan: Encodable {
      let file: String
      let model: String?
      let inputs: String?
      let bytes: Int
      let age: Int

      enum CodingKeys: String, CodingKey {
        case file, model, inputs, bytes
        case age = "age_s"
      }
    }

    private let folder: String
    private let isUsable: Bool
    private let total: Int
    private let limit: Int
    private let plans: [Plan]

    enum CodingKeys: String, CodingKey {
      case folder, plans
      case isUsable = "usable"
      case total = "total_bytes"
      case limit = "limit_bytes"
    }

    init(_ cache: PlanCache, _ entries: [PlanCache.Entry]) {
      (folder, isUsable, limit) = (cache.folder, cache.isUsable, cache.mostBytes)
      total = entries.reduce(0) { $0 + $1.byteCount }
      plans = entries.map {
        Plan(file: $0.name, model: $0.model, inputs: $0.inputs, bytes: $0.byteCount, age: $0.age)
      }
    }
  }
}
