import CNNExecution
import CNNGraphs
import CNNSystem
import CNNTensors

/// A folder of compiled plans, so that a model that has been run before starts at once.
///
/// A plan belongs to the content that it was made of: the model's files with their sizes and times, a digest of its graph
/// and weights, one CPU, one build of the program, one set of options and one combination of input shapes. Nothing else
/// finds it. A file carries tags made with a secret that lies beside it; it is not used if they are wrong or anything in
/// it does not fit. The folder must be its user's alone.
public struct PlanCache: Sendable, Hashable {
  /// The folder.
  public let folder: String
  /// Plans that took less than this to make are not kept.
  public let leastMilliseconds: Double
  /// The most bytes that are kept; what was used longest ago goes first.
  public var mostBytes: Int
  /// What ``mostBytes`` is if nobody says otherwise.
  public static let standardMostBytes = 2 << 30

  /// Plans in a folder of the caller's choice.
  public init(folder: String, leastMilliseconds: Double = 25, mostBytes: Int = PlanCache.standardMostBytes) {
    (self.folder, self.leastMilliseconds, self.mostBytes) = (folder, leastMilliseconds, mostBytes)
  }

  /// `$CNNCONV_CACHE`, or `cnnconv` in `$XDG_CACHE_HOME` or in `~/.cache`; `nil` if none of these is known.
  /// `$CNNCONV_CACHE_LIMIT`, such as `500MB`, is the most bytes that are kept there.
  public static var standard: PlanCache? {
    func variable(_ name: String) -> String? {
      CurrentProcess.variable(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let folder =
      variable("CNNCONV_CACHE") ?? variable("XDG_CACHE_HOME").map { $0 + "/cnnconv" }
      ?? variable("HOME").map { $0 + "/.cache/cnnconv" }
    let limit = CurrentProcess.variable("CNNCONV_CACHE_LIMIT").flatMap { ByteCountText.bytes($0) }
    return folder.map { PlanCache(folder: $0, mostBytes: limit ?? standardMostBytes) }
  }

  /// This very build of the program; `nil` if the system does not tell.
  private static let program = CurrentProcess.program.flatMap { FileState($0)?.words }

  /// The CPU's name and abilities, as the system tells them.
  private static let cpu = CurrentProcess.processor ?? "?"

  /// Where the plan of a model lies; `nil` if it can have none: its bytes are not all in files that can be told apart, or
  /// the folder cannot be used.
  func place(_ model: Model, _ key: EngineCache.Key, _ options: SessionOptions) -> KeptPlan? {
    guard let origin = model.origin, let program = PlanCache.program else { return nil }
    var files = [origin.file.path: origin.file]
    var constants: [Int: Tensor] = [:]
    for (index, value) in model.graph.values.enumerated() {
      guard let constant = value.constant, let file = constant.storage?.fileRange?.file else { continue }
      constants[index] = constant
      let state = FileState(file.path, file.status)
      // Two states of one file: it was replaced while it was read.
      guard files.updateValue(state, forKey: file.path).map({ $0 == state }) ?? true else { return nil }
    }
    // What a plan is found by must be what lies there now.
    let states = files.values.sorted { $0.path < $1.path }
    guard states.allSatisfy(\.isCurrent), makeFolder(), let secret = PlanSecret(folder: folder),
      let content = GraphContent.digest(model.graph, KeyedSum(secret), threads: options.engine.threadCount)
    else { return nil }
    let inputs = key.shapes.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ";")
    let kept = key.kept.map { "\($0.index)" }.joined(separator: ",")
    let words =
      [origin.file.path, inputs, program, PlanCache.cpu, origin.settings, content, kept]
      + ["\(options.fuses)", "\(options.engine.threadCount)", "\(options.engine.instructionSet)"] + states.map(\.words)
    let outputs = (model.graph.outputs + key.kept).map { model.graph[$0].type.tensor?.shape?.map(\.value) }
    let planKey = PlanKey(
      words: words, secret: secret, constants: constants, inputs: key.shapes, outputs: outputs,
      isStill: { states.allSatisfy(\.isSteady) })
    return KeptPlan(planKey, states, in: self, options.engine)
  }

  private func makeFolder() -> Bool {
    if Folder.exists(folder) { return true }
    return (try? Folder.make(folder, permissions: 0o700)) != nil
  }

  /// Where the plan of a key lies.
  private func path(_ key: PlanKey) -> String {
    // The file itself holds the whole key.
    let number = KeyedSum(key.secret).number(key.words.flatMap { [$0.utf8.count] + $0.utf8.map(Int.init) })
    return "\(folder)/\(String(number, radix: 16)).plan"
  }

  /// The engine of a key as an earlier process left it.
  func engine(_ key: PlanKey, _ options: EngineOptions) -> Engine? {
    let path = path(key)
    guard let engine = Engine(contentsOf: path, key: key, options: options) else { return nil }
    // Used now: others go first.
    Path.markUsed(path)
    return engine
  }

  /// Keeps an engine. A cache that cannot be written is no reason to fail.
  func keep(_ engine: Engine, _ key: PlanKey) {
    let size = engine.keptByteCount
    guard LostFiles.error == nil, size <= mostBytes, PlanSecret.isTrusted(folder: folder) else { return }
    removeAbandoned()
    makeRoom(for: size)
    _ = engine.write(to: path(key), key: key)
  }
}
