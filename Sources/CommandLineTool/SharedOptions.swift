import ArgumentParser
import CNNConv

/// What every command understands.
struct SharedOptions: ParsableArguments {
  @Flag(name: .long, help: "Print no progress.")
  var quiet = false
}

/// How a model is read.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Take this shape for an input.", valueName: "NAME:1,3,224,224"))
  var inputShape: [String] = []

  @Option(name: .long, help: "Force an architecture; for files that hold weights alone.")
  var arch: String?

  @Option(name: .long, help: "Take this of several state dicts in a checkpoint, such as model_ema.")
  var stateDict: String?

  /// Reads the model, and limits memory in proportion to it.
  /// - Parameter isOther: whether it is the second of two models; what is said of weights need not fit it.
  func read(_ path: String, isOther: Bool = false, memoryLimit: Int? = nil) throws -> Model {
    let options = isOther ? ModelFormats.standard.readingOptions(of: path) : nil
    let model = try Model(
      contentsOf: path, architecture: options?.contains(ArchitectureOption.name) ?? true ? arch : nil,
      stateDictionary: options?.contains(StateDictionaryOption.name) ?? true ? stateDict : nil, inputShapes: shapes())
    ModelOptions.limitMemory(for: model, to: memoryLimit)
    return model
  }

  /// Limits what tensors may take, in proportion to the model where no limit is given.
  static func limitMemory(for model: Model, to limit: Int?) {
    MemoryBudget.process.limit = limit ?? max(MemoryBudget.process.limit, model.defaultMemoryLimit)
  }

  func shapes() throws -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for text in inputShape {
      let colon = text.lastIndex(of: ":")
      let extents =
        colon.map {
          text[text.index(after: $0)...].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        } ?? []
      guard let colon, colon > text.startIndex, extents.allSatisfy({ ($0 ?? -1) >= 0 }) else {
        throw ConversionError(.usage, "--input-shape \(text): NAME:1,3,224,224 expected")
      }
      shapes[String(text[..<colon])] = extents.compactMap(\.self)
    }
    return shapes
  }
}

/// How a model is run.
struct EngineRunOptions: ParsableArguments {
  @Flag(name: .long, help: "Run node by node by the plain reference evaluation.") var reference = false
  @Option(name: .long, help: "Threads that compute; all CPUs where not given.") var threads: Int?

  @Flag(name: .long, help: "Neither use nor keep compiled plans in the cache folder.") var noPlanCache = false

  var value: SessionOptions {
    SessionOptions(
      usesReference: reference, engine: EngineOptions(threads: threads ?? 0),
      planCache: noPlanCache ? nil : .standard)
  }

  func validate() throws {
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads is a number from 1 to 1024")
    }
  }
}

/// How a run is bounded.
struct MemoryOptions: ParsableArguments {
  @Option(name: .long, help: "The most bytes tensors may take, as in 4GB; in proportion to the model where not given.")
  var memoryLimit: ByteCount?
}

/// A number of bytes with an optional unit.
struct ByteCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    let units: [(String, Int)] = [
      ("GIB", 1 << 30), ("MIB", 1 << 20), ("KIB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
      ("G", 1_000_000_000), ("M", 1_000_000), ("K", 1000), ("B", 1), ("", 1),
    ]
    let text = argument.uppercased()
    guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }), let number = Int(text.dropLast(unit.count)),
      number > 0
    else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    self.value = value
  }
}

/// Tolerances.
struct ToleranceOptions: ParsableArguments {
  @Option(name: .long, help: "Relative tolerance.")
  var rtol = Tolerance.standard.relative

  @Option(name: .long, help: "Absolute tolerance.")
  var atol = Tolerance.standard.absolute

  var value: Tolerance { Tolerance(relative: rtol, absolute: atol) }

  func validate() throws {
    guard rtol >= 0, atol >= 0, rtol.isFinite, atol.isFinite else {
      throw ValidationError("tolerances are numbers from 0 on")
    }
  }
}
