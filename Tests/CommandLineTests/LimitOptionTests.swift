import CNNConv
import Foundation
import TestSupport
import Testing

/// What a command may take, as a user sets it.
@Suite struct LimitOptionTests {
  /// A folder with a hostile model and an honest one, and an input for both.
  private static func folder(_ graph: HostileGraph) throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try Model(graph: graph.graph()).write(to: folder.appending(path: "hostile.onnx").path())
    var network = GraphBuilder()
    let x = try network.input("x", shape: [1])
    try network.output(network.apply(Relu(), to: x), name: "y")
    try Model(graph: network.graph).write(to: folder.appending(path: "honest.onnx").path())
    return folder
  }

  private static func hostile(_ name: String) throws -> HostileGraph {
    try #require((HostileGraph.large + HostileGraph.long).first { $0.description == name })
  }

  @Test(arguments: ["a loop that doubles", "a chain that doubles", "strings that double", "an expansion"])
  func memoryIsLimited(_ name: String) throws {
    let folder = try Self.folder(Self.hostile(name))
    let failure = Failure(
      "run hostile.onnx --seed 1 --no-plan-cache --memory-limit 64MiB", 75, "raise it with --memory-limit")
    if name != "strings that double" { try failure.check(in: folder) }
    try Failure("run hostile.onnx --seed 1 --no-plan-cache --memory-limit 64MiB", 75, "node").check(in: folder)
  }

  @Test(arguments: ["a loop without end", "nested loops", "deeply nested loops", "wide windows"])
  func workIsLimited(_ name: String) throws {
    let folder = try Self.folder(Self.hostile(name))
    let arguments = "hostile.onnx --seed 1 --no-plan-cache --work-limit 1e9"
    try Failure("run \(arguments)", 75, "more work than the limit of 1000000000 units; raise it with --work-limit")
      .check(in: folder)
    try Failure("run \(arguments)", 75, "node '").check(in: folder)
  }

  @Test(arguments: ["a loop without end", "deeply nested loops", "nested loops"])
  func timeIsLimited(_ name: String) throws {
    let folder = try Self.folder(Self.hostile(name))
    let arguments = "hostile.onnx --seed 1 --no-plan-cache --work-limit 1e18 --timeout 0.2"
    try Failure("run \(arguments)", 75, "not done within 0.2 seconds; allow more with --timeout").check(in: folder)
  }

  @Test func everyCommandThatOpensAModelIsLimited() throws {
    let folder = try Self.folder(Self.hostile("products of matrices"))
    for command in [
      "import hostile.onnx", "export hostile.onnx -o out.onnx", "fuse hostile.onnx -o out.onnx",
      "run hostile.onnx --seed 1",
      "bench hostile.onnx", "verify hostile.onnx --against hostile.onnx",
    ] {
      try Failure("\(command) --timeout 0.000001", 75, "allow more with --timeout").check(in: folder)
      try Failure("\(command) --work-limit 1000", 75, "raise it with --work-limit").check(in: folder)
      try Failure("\(command) --memory-limit 1000", 75, "raise it with --memory-limit").check(in: folder)
    }
  }

  /// What only reads, compares and writes weights has a deadline, too.
  @Test func everyCommandThatReadsWeightsIsLimited() throws {
    let folder = try Self.folder(Self.hostile("a loop that doubles"))
    #expect(try CommandLine("zoo", "lenet5", "-o", "a.onnx", "--seed", "1", in: folder).status == 0)
    #expect(try CommandLine("zoo", "lenet5", "-o", "b.onnx", "--seed", "2", in: folder).status == 0)
    #expect(try CommandLine("export", "a.onnx", "-o", "a.safetensors", in: folder).status == 0)
    for command in [
      "tensors a.onnx --stats", "tensors a.safetensors --stats", "diff a.onnx b.onnx", "diff a.safetensors b.onnx",
      "export a.onnx -o c.onnx", "export a.safetensors -o c.npz", "export a.onnx -o c.safetensors", "layers a.onnx",
      "draw a.onnx -o a.svg", "report a.onnx -o a.html",
    ] {
      try Failure("\(command) --timeout 0.000001", 75, "allow more with --timeout").check(in: folder)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0.hasPrefix("c.") || $0.hasSuffix(".svg") || $0.hasSuffix(".html") }, "\(left)")
  }

  @Test func honestModelsRunWithinTheDefaults() throws {
    let folder = try Self.folder(Self.hostile("a loop that doubles"))
    let result = try CommandLine(
      list: ["run", "honest.onnx", "--seed", "1", "--memory-limit", "1MiB", "--work-limit", "1e7", "--timeout", "60"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(arguments: [
    "--timeout 0", "--timeout -1", "--work-limit 0", "--work-limit 1.5", "--work-limit x", "--memory-limit 0",
  ])
  func limitsAreNumbersAboveZero(_ option: String) throws {
    let folder = try Self.folder(Self.hostile("a loop that doubles"))
    try Failure("import honest.onnx \(option)", 64, "--").check(in: folder)
  }
}
