import CNNExecution
import CNNGraphs
import CNNTensors
import Glibc

/// A folder of compiled plans, so that a model that has been run before starts at once.
///
/// A plan belongs to one state of the model's files (their paths, sizes and times of change), one CPU, one build of the
/// program, one set of options and one combination of input shapes; any other does not find it. Files carry sums over
/// their bytes and are not used where these disagree.
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

  /// `$CNNCONV_CACHE`, or `cnnconv` in `$XDG_CACHE_HOME` or in `~/.cache`; `nil` where none of these is known.
  public static var standard: PlanCache? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let folder = variable("CNNCONV_CACHE") { return PlanCache(folder: folder) }
    if let folder = variable("XDG_CACHE_HOME") { return PlanCache(folder: folder + "/cnnconv") }
    return variable("HOME").map { PlanCache(folder: $0 + "/.cache/cnnconv") }
  }

  /// The state of a file: what changes when its bytes do; `nil` for a folder, whose files change without it.
  static func state(of path: String) -> String? {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? words(status, path) : nil
  }

  /// The state of the very file that is mapped, whatever its path stands for by now.
  private static func state(of file: MappedFile) -> String? {
    var status = stat()
    return fstat(file.descriptor, &status) == 0 ? words(status, file.path) : nil
  }

  private static func words(_ status: stat, _ path: String) -> String {
    let changed = status.st_mtim
    return "\(path) \(status.st_dev) \(status.st_ino) \(status.st_size) \(changed.tv_sec).\(changed.tv_nsec)"
  }

  /// This very build of the program.
  private static let program = state(of: "/proc/self/exe").map { "\($0)" } ?? "?"

  /// The CPU's name and abilities, as the system tells them.
  private static let cpu: String = {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "?" }
    defer { fclose(file) }
    var lines: [String] = []
    var line = [CChar](repeating: 0, count: 8192)
    while fgets(&line, Int32(line.count), file) != nil, lines.count < 2 {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("model name") || text.hasPrefix("flags") || text.hasPrefix("Features") { lines.append(text) }
    }
    return lines.joined()
  }()

  /// Everything that a plan depends on; `nil` where the model's bytes are not all in files that can be told apart.
  func key(_ model: Model, _ key: EngineCache.Key, _ options: SessionOptions) -> String? {
    guard let origin = model.origin else { return nil }
    var files: [String: MappedFile] = [:]
    for value in model.graph.values {
      if let file = value.constant?.storage?.fileRange?.file { files[file.path] = file }
    }
    var states: [String] = []
    for (path, file) in files.sorted(by: { $0.key < $1.key }) {
      // A plan opens files by their paths: they must still be the ones that the model was read from.
      guard let mapped = Self.state(of: file), mapped == Self.state(of: path) else { return nil }
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
    utimensat(AT_FDCWD, path, nil, 0)
    return engine
  }

  /// Keeps an engine. A cache that cannot be written is no reason to fail.
  func keep(_ engine: Engine, _ key: String) {
    Self.makeFolders(folder)
    if engine.write(to: path(key), key: key) { limit() }
  }

  private static func makeFolders(_ path: String) {
    var built = ""
    for part in path.split(separator: "/") {
      built += "/\(part)"
      mkdir(built, 0o700)
    }
  }

  /// Removes the plans that were used longest ago until the rest is small enough.
  private func limit() {
    guard let names = try? Folder.names(in: folder) else { return }
    var files = names.filter { $0.hasSuffix(".plan") || $0.hasSuffix(".part") }.compactMap {
      name -> (String, Int, Int)? in
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { return nil }
      return ("\(folder)/\(name)", Int(status.st_size), Int(status.st_mtim.tv_sec))
    }
    files.sort { $0.2 < $1.2 }
    var total = files.reduce(0) { $0 + $1.1 }
    let now = time(nil)
    for (path, size, used) in files where total > Self.mostBytes || path.hasSuffix(".part") && now - used > 3600 {
      if unlink(path) == 0 { total -= size }
    }
  }
}

/// Work that goes on after a result is there. A program that ends waits for it.
public enum BackgroundWork {
  private static let pending = PendingWork()

  static func start(_ body: @escaping @Sendable () -> Void) { pending.start(body) }

  /// Returns when all of it is done.
  public static func finish() { pending.finish() }
}
