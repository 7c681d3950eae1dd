import CNNConv
import Foundation
import Synchronization
import TestSupport
import Testing

/// Kept plans from outside: many processes at once, processes that are killed, folders that cannot be used, and `cache`.
@Suite(.serialized) struct CacheCommandTests {
  private let folder: URL
  private let cache: String

  init() throws {
    folder = try CommandLine.temporaryFolder()
    cache = folder.appending(path: "cache").path()
    // Plans that take less than 25 ms to make are not kept.
    for (name, seed) in [("a", 1), ("b", 2)] { try zoo("densenet121", "\(name).onnx", seed) }
  }

  private func zoo(_ name: String, _ file: String, _ seed: Int) throws {
    #expect(try CommandLine("zoo", name, "-o", file, "--seed", "\(seed)", in: folder).status == 0)
  }

  private var names: [String] { TemporaryFolder.names(of: cache) }

  /// Runs a model, and takes what it printed, folders left out.
  private func run(_ model: String, _ options: [String] = [], to output: String) throws -> (Int32, String, String) {
    let command = ["run", "\(model).onnx", "--seed", "1", "-o", output] + options
    let result = try CommandLine(list: command, in: folder, environment: ["CNNCONV_CACHE": cache])
    return (result.status, result.output.replacing("\(output)/", with: ""), result.errors)
  }

  private func expected(_ model: String) throws -> String {
    let (status, output, _) = try run(model, ["--no-plan-cache"], to: "expected")
    #expect(status == 0)
    return output
  }

  /// What so many threads give, each waiting for a process of its own.
  private func onThreads<R: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> R) -> [Result<
    R, any Error
  >] {
    let results = Mutex<[Int: Result<R, any Error>]>([:])
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      Thread.detachNewThread {
        let result = Result { try body(index) }
        results.withLock { $0[index] = result }
        group.leave()
      }
    }
    group.wait()
    return results.withLock { results in (0..<count).compactMap { results[$0] } }
  }

  /// Sixteen processes, two models, one empty folder: each is right, and then there are two plans and one secret.
  @Test func isSharedByProcesses() throws {
    let models = ["a", "b"]
    let expected = try models.map(expected)
    #expect(expected[0] != expected[1])
    for round in 0..<2 {
      let results = onThreads(16) { index in try run(models[index % 2], to: "out\(round)-\(index)") }
      #expect(results.count == 16)
      for (index, result) in results.enumerated() {
        let (status, output, errors) = try result.get()
        #expect(status == 0 && output == expected[index % 2] && errors.isEmpty, "\(index): \(errors)")
      }
      #expect(names.filter { $0.hasSuffix(".plan") }.count == 2)
      #expect(names.count == 3 && names.contains("key"), "\(names)")
    }
  }

  /// A process that is killed at any moment leaves nothing that a later one takes for a plan, and what it leaves goes.
  @Test func survivesKilledProcesses() throws {
    let expected = try expected("a")
    for delay in stride(from: 20, through: 400, by: 20) {
      let process = try CommandLine.start(
        ["run", "a.onnx", "--seed", "1", "-o", "killed"], in: folder, environment: ["CNNCONV_CACHE": cache])
      usleep(UInt32(delay) * 1000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if delay % 80 == 0 {
        #expect(try run("a", to: "after").1 == expected, "killed after \(delay) ms")
        try? FileManager.default.removeItem(atPath: cache)
      }
    }
    #expect(try run("a", to: "after").1 == expected)
    #expect(try run("b", to: "after").0 == 0)
    #expect(!names.contains { $0.hasSuffix(".part") }, "\(names)")
  }

  /// A folder that is a file, one that cannot be written, one that goes away while processes run.
  @Test func runsWithoutAFolder() throws {
    let expected = try expected("a")
    try Data("x".utf8).write(to: URL(filePath: cache))
    #expect(try run("a", to: "file") == (0, expected, ""))
    try FileManager.default.removeItem(atPath: cache)
    try FileManager.default.createDirectory(
      atPath: cache, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
    #expect(try run("a", to: "readonly") == (0, expected, ""))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: cache)
    let isDone = Atomic<Bool>(false)
    Thread.detachNewThread { [cache] in
      while !isDone.load(ordering: .relaxed) {
        try? FileManager.default.removeItem(atPath: cache)
        usleep(500)
      }
    }
    defer { isDone.store(true, ordering: .relaxed) }
    for index in 0..<4 { #expect(try run("a", to: "gone\(index)") == (0, expected, "")) }
  }

  /// A file that may not grow as large as the plan, as on a full disk: nothing of it stays.
  @Test func runsWithoutRoom() throws {
    let expected = try expected("a")
    let line = "ulimit -f 1000; cnnconv run a.onnx --seed 1 -o full"
    let result = try CommandLine(shell: line, in: folder, environment: ["CNNCONV_CACHE": cache])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.replacing("full/", with: "") == expected)
    #expect(names == ["key"])
  }

  // MARK: The command

  private func command(_ arguments: String..., limit: String? = nil) throws -> CommandLine {
    var environment = ["CNNCONV_CACHE": cache]
    environment["CNNCONV_CACHE_LIMIT"] = limit
    return try CommandLine(list: ["cache"] + arguments, in: folder, environment: environment)
  }

  @Test func listsAndClears() throws {
    #expect(try command().output == "0 plans, 0 bytes of at most 2.1 GB, in \(cache)\n")
    for model in ["a", "b"] { #expect(try run(model, to: "out").0 == 0) }
    let text = try command()
    #expect(text.status == 0 && text.errors.isEmpty)
    for model in ["a", "b"] { #expect(text.output.contains("\(model).onnx  ")) }
    #expect(text.output.contains("2 plans, "))
    #expect(try command("list").output.contains("2 plans, "))
    let json = try command("--json")
    let listing = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let plans = try #require(listing["plans"] as? [[String: Any]])
    #expect(plans.count == 2 && listing["folder"] as? String == cache && listing["limit_bytes"] as? Int == 2 << 30)
    #expect(plans.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) } == listing["total_bytes"] as? Int)
    let cleared = try command("clear")
    #expect(cleared.status == 0 && cleared.output.hasPrefix("removed 2 plans, "))
    #expect(names == [])
    #expect(try command("clear").output.hasPrefix("removed 0 plans, 0 bytes"))
  }

  @Test func keepsWithinTheLimit() throws {
    #expect(try run("a", ["--plan-cache-limit", "1KB"], to: "out").0 == 0)
    #expect(names == ["key"])
    #expect(try command(limit: "300MB").output.contains("of at most 300.0 MB"))
    let wrong = try command(limit: "much")
    #expect(wrong.status == 64)
    #expect(wrong.errors == "cnnconv: CNNCONV_CACHE_LIMIT: a number of bytes expected, such as 500MB\n")
  }

  @Test func tellsOfAFolderThatIsNotUsed() throws {
    try FileManager.default.createDirectory(
      atPath: cache, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o777])
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: cache)
    let listing = try command()
    #expect(listing.status == 0 && listing.errors.contains("the folder is not used"))
    #expect(try command("--json").output.contains("\"usable\" : false"))
  }
}
