import CNNExecution
import CNNGraphs
import CNNSystem
import CNNTensors

/// A folder of compiled plans, so that a model that has been run before starts at once.
///
/// A plan belongs to one state of the model's files (their paths, sizes and times of change), one CPU, one build of the
/// program, one set of options and one combination of input shapes. Nothing else finds it. A file carries checksums of
/// its bytes and is not used if they disagree.
public struct PlanCache: Sendable, Hashable {
  /// The folder.
  public let folder: String
  /// Plans that took less than this to make are not kept.
  public let leastMilliseconds: Double
  /// The most bytes that are kept; what was used longest ago goes first.
  public static let mostBytes = 8 << 30

  /// Plans in a folder of the caller's choice.
  public init(folder: String, leastMilliseconds: Double = 25) {
    (self.folder, self.leastMilliseconds) = (folder, leastMilliseconds)
  }

  /// `$CNNCONV_CACHE`, or `cnnconv` in `$XDG_CACHE_HOME` or in `~/.cache`; `nil` if none of these is known.
  public static var standard: PlanCache? {
    func variable(_ name: String) -> String? {
      CurrentProcess.variable(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let folder = variable("CNNCONV_CACHE") { return PlanCache(folder: folder) }
    if let folder = variable("XDG_CACHE_HOME") { return PlanCache(folder: folder + "/cnnconv") }
    return variable("HOME").map { PlanCache(folder: $0 + "/.cache/cnnconv") }
  }

  /// The state of a file: what changes when its bytes do; `nil` for a folder, whose files change without it.
  static func state(of path: String) -> String? {
    guard let status = FileStatus(path: path), status.kind == .file else { return nil }
    return words(status, path)
  }

  private static func words(_ status: FileStatus, _ path: String) -> String {
    let changed = status.changed
    return
      "\(path) \(status.device) \(status.number) \(status.byteCount) \(changed.seconds).\(changed.nanoseconds)"
  }

  /// This very build of the program.
  private static let program = CurrentProcess.program.flatMap { state(of: $0) } ?? "?"

  /// The CPU's name and abilities, as the system tells them.
  private static let cpu = CurrentProcess.processor ?? "?"

  /// Everything that a plan depends on; `nil` if the model's bytes are not all in files that can be told apart.
  func key(_ model: Model, _ key: EngineCache.Key, _ options: SessionOptions) -> String? {
    guard let origin = model.origin else { return nil }
    var files: [String: MappedFile] = [:]
    for value in model.graph.values {
      if let file = value.constant?.storage?.fileRange?.file { files[file.path] = file }
    }
    var states: [String] = []
    for (path, file) in files.sorted(by: { $0.key < $1.key }) {
      // A plan opens files by their paths: they must still be the ones that the model was read from.
      let mapped = Self.words(file.status, path)
      guard mapped == Self.state(of: path) else { return nil }
      states.append(mapped)
    }
    let inputs = key.shapes.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ";")
    let kept = key.kept.map { "\($0.index)" }.joined(separator: ",")
    return [
      "2", Self.program, Self.cpu, states.joined(separator: "|"), origin, inputs, kept, "\(options.fuses)",
      "\(options.engine.threadCount)", "\(options.engine.instructionSet)",
    ].joined(separator: "\n")
  }

  /// Where the plan of a key lies.
  func path(_ key: String) -> String {
    // FNV-1a; the file itself holds the whole key.
    let hash = key.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return "\(folder)/\(String(hash, radix: 16)).plan"
  }

  /// The engine of a key as an earlier process left it.
  func engine(_ key: String, _ options: SessionOptions) -> Engine? {
    let path = path(key)
    guard let engine = Engine(contentsOf: path, key: key, options: options.engine) else { return nil }
    // Used now: others go first.
    Path.markUsed(path)
    return engine
  }

  /// Keeps an engine. A cache that cannot be written is no reason to fail.
  func keep(_ engine: Engine, _ key: String) {
    guard LostFiles.error == nil else { return }
    try? Folder.make(folder, permissions: 0o700)
    if engine.write(to: path(key), key: key) { limit() }
  }

  /// Removes the plans that were used longest ago until the rest is small enough.
  private func limit() {
    guard let names = try? Folder.names(in: folder) else { return }
    var files = names.filter { $0.hasSuffix(".plan") || $0.hasSuffix(".part") }.compactMap {
      name -> (String, Int, Int)? in
      FileStatus(path: "\(folder)/\(name)").map { ("\(folder)/\(name)", $0.byteCount, $0.changed.seconds) }
    }
    files.sort { $0.2 < $1.2 }
    var total = files.reduce(0) { $0 + $1.1 }
    let now = SystemClock.date
    for (path, size, used) in files where total > Self.mostBytes || path.hasSuffix(".part") && now - used > 3600 {
      if Path.remove(path) { total -= size }
    }
  }
}
