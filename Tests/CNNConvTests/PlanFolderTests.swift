import CNNConv
import CNNExecution
import CNNTensors
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The folder of kept plans: who may use it, what lies in it, and how large it grows.
@Suite(.serialized) struct PlanFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["a", "b", "c"] {
      var sketch = GraphSketch(seed: name == "a" ? 1 : name == "b" ? 2 : 3)
      let x = try sketch.freeInput([1, 32, 9, 9])
      try sketch.end([sketch.convolution(x, 32, 64, kernel: [3, 3], window: .padded(1))])
      try Model(graph: sketch.graph).write(to: folder.file("\(name).onnx"))
    }
  }

  private func cache(_ name: String = "cache", most: Int = 1 << 30) -> PlanCache {
    PlanCache(folder: folder.file(name), leastMilliseconds: 0, mostBytes: most)
  }

  private func names(_ cache: PlanCache) -> [String] { TemporaryFolder.names(of: cache.folder) }

  /// Runs a model and waits until its plan is kept, if it is.
  private func run(_ name: String, _ cache: PlanCache?) throws -> [Float] {
    var random = SplitMix(seed: 3)
    let options = SessionOptions(engine: EngineOptions(threads: 1), planCache: cache)
    let outputs = try Session(Model(contentsOf: folder.file("\(name).onnx")), options: options).run([
      "x": random.tensor([1, 32, 9, 9])
    ])
    BackgroundWork.finish()
    return try #require(outputs.values[0].tensor).elements(as: Float.self)
  }

  private func setMode(_ path: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// The secret and the plans are their owner's alone.
  @Test func isPrivate() throws {
    let cache = cache()
    _ = try run("a", cache)
    #expect(names(cache).count == 2 && names(cache).contains("key"))
    #expect(try mode(cache.folder) == 0o700)
    for name in names(cache) { #expect(try mode("\(cache.folder)/\(name)") == 0o600) }
    #expect(try Data(contentsOf: URL(filePath: "\(cache.folder)/key")).count == 32)
  }

  /// A folder that others may write to is not used, and nothing is put there.
  @Test(arguments: [0o777, 0o770, 0o702]) func leavesOpenFoldersAlone(mode: Int) throws {
    let cache = cache()
    try FileManager.default.createDirectory(atPath: cache.folder, withIntermediateDirectories: false)
    try setMode(cache.folder, mode)
    #expect(try run("a", cache) == run("a", nil))
    #expect(names(cache) == [])
    #expect(!cache.isUsable)
    try setMode(cache.folder, 0o755)
    _ = try run("a", cache)
    #expect(names(cache).count == 2)
    #expect(cache.isUsable)
  }

  /// A secret that others could read, or that was cut short, is made anew; plans of the old one are not used.
  @Test func replacesASecretThatIsNone() throws {
    let cache = cache()
    let key = "\(cache.folder)/key"
    let expected = try run("a", cache)
    for damage in ["mode", "size", "link"] {
      let before = try Data(contentsOf: URL(filePath: key))
      switch damage {
      case "mode": try setMode(key, 0o640)
      case "size": try before.dropLast().write(to: URL(filePath: key))
      default:
        try FileManager.default.moveItem(atPath: key, toPath: folder.file("stolen"))
        symlink(folder.file("stolen"), key)
      }
      #expect(try run("a", cache) == expected)
      #expect(try Data(contentsOf: URL(filePath: key)) != before, "\(damage)")
      #expect(try mode(key) == 0o600)
      #expect(names(cache).count == 3, "\(damage): the plan of the old secret is not found, a new one is made")
      try cache.clear()
      _ = try run("a", cache)
    }
  }

  /// Another user's folder, secret or plan is not used. Only who may give files away can try.
  @Test(.enabled(if: geteuid() == 0)) func leavesOthersFilesAlone() throws {
    let cache = cache()
    let expected = try run("a", cache)
    let key = "\(cache.folder)/key"
    let secret = try Data(contentsOf: URL(filePath: key))
    chown(key, 12345, 12345)
    #expect(!cache.isUsable)
    #expect(try run("a", cache) == expected)
    #expect(try Data(contentsOf: URL(filePath: key)) == secret && names(cache).count == 2)
    chown(key, 0, 0)
    chown(cache.folder, 12345, 12345)
    #expect(try run("b", cache) == run("b", nil))
    #expect(names(cache).count == 2)
  }

  /// Processes that make a secret at the same time all have the one that stays.
  @Test func hasOneSecret() async throws {
    for round in 0..<20 {
      let path = folder.file("race\(round)")
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      let digests = await withTaskGroup(of: String?.self) { group in
        for _ in 0..<8 { group.addTask { PlanSecret(folder: path).map { "\(KeyedSum($0).number([1]))" } } }
        return await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(digests.count == 1 && digests.first != .some(nil))
      #expect(TemporaryFolder.names(of: path) == ["key"])
    }
  }

  /// What was used longest ago goes first, and what is larger than the limit is not kept at all.
  @Test func staysSmall() throws {
    let other = self.cache("other")
    _ = try run("a", other)
    let size = try #require(try other.entries().first?.byteCount)
    let cache = self.cache(most: 2 * size + size / 2 + 8192)
    for name in ["a", "b", "a", "c"] {
      _ = try run(name, cache)
      // Times of use are compared in seconds.
      usleep(1_050_000)
    }
    #expect(try cache.entries().compactMap { $0.model.map { Path($0) } } == [Path("c.onnx"), Path("a.onnx")])
    let none = self.cache("none", most: 100)
    _ = try run("a", none)
    #expect(names(none) == ["key"])
  }

  private struct Path: Equatable {
    let name: String
    init(_ path: String) { name = path.split(separator: "/").last.map(String.init) ?? "" }
  }

  /// What a process left that ended while it wrote is removed; what another one is writing is not.
  @Test func tidiesUp() throws {
    let cache = cache()
    _ = try run("a", cache)
    let (left, busy) = ("\(cache.folder)/x.plan.1.part", "\(cache.folder)/y.plan.2.part")
    for path in [left, busy] { try Data(count: 10).write(to: URL(filePath: path)) }
    let descriptor = open(busy, O_RDONLY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    _ = try run("b", cache)
    #expect(!FileManager.default.fileExists(atPath: left))
    #expect(FileManager.default.fileExists(atPath: busy))
  }

  /// Entries say what plans are of; a plan that this program cannot read is listed all the same.
  @Test func isListed() throws {
    let cache = cache()
    #expect(try cache.entries() == [])
    _ = try run("a", cache)
    try Data(count: 100).write(to: URL(filePath: "\(cache.folder)/foreign.plan"))
    let entries = try cache.entries()
    #expect(entries.count == 2)
    let own = try #require(entries.first { $0.model != nil })
    #expect(own.model == folder.file("a.onnx") && own.inputs == "x:[1, 32, 9, 9]" && own.age < 60)
    #expect(entries.contains { $0.name == "foreign.plan" && $0.model == nil && $0.byteCount == 100 })
    let removed = try cache.clear()
    #expect(removed.plans == 2 && removed.byteCount == own.byteCount + 100)
    #expect(names(cache) == [])
  }

  /// A folder that cannot be made, is a file, or goes away: runs go on without plans.
  @Test func isNoReasonToFail() throws {
    let expected = try run("a", nil)
    let file = folder.file("file")
    try Data(count: 1).write(to: URL(filePath: file))
    for path in [file, "\(file)/below", "/dev/null/cache", "/proc/cache"] {
      #expect(try run("a", PlanCache(folder: path, leastMilliseconds: 0)) == expected, "\(path)")
    }
    let cache = cache()
    for _ in 0..<10 {
      _ = try run("a", cache)
      try FileManager.default.removeItem(atPath: cache.folder)
      #expect(try run("a", cache) == expected)
    }
  }
}
