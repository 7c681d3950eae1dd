import ArgumentParser
import CNNConv

/// How a model is run.
struct EngineRunOptions: ParsableArguments {
  @Flag(name: .long, help: "Run node by node by the plain reference evaluation.") var reference = false
  @Option(name: .long, help: ArgumentHelp("Threads that compute; all CPUs if not given.", valueName: "N"))
  var threads: Int?

  @Flag(name: .long, help: "Neither use nor keep compiled plans in the cache folder.") var noPlanCache = false

  @Option(
    name: .long,
    help: ArgumentHelp("The most bytes of plans to keep in it, as in 500MB; 2 GiB if not given.", valueName: "BYTES"))
  var planCacheLimit: ByteCount?

  /// - Throws: ``ConversionError`` if a variable of the environment makes no sense.
  var value: SessionOptions {
    get throws {
      // What came in on stdin does not come again.
      var cache = noPlanCache || StandardInput.isRead ? nil : try CacheCommand.standardCache()
      if let planCacheLimit { cache?.mostBytes = planCacheLimit.value }
      return SessionOptions(usesReference: reference, engine: EngineOptions(threads: threads ?? 0), planCache: cache)
    }
  }

  func validate() throws {
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads is a number from 1 to 1024")
    }
  }
}
