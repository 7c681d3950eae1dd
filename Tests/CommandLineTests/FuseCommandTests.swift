import Foundation
import Testing

/// `cnnconv fuse` as a user would type it.
@Suite struct FuseCommandTests {
  /// A folder with a RepVGG block in it: `model.onnx`.
  private func folderWithBlock(_ name: String = "repvgg-identity") throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try FileManager.default.copyItem(
      at: CommandLine.root.appending(path: "Fixtures/Fusing/\(name)/model.onnx"),
      to: folder.appending(path: "model.onnx"))
    return folder
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A page in columns, and nothing else on stdout.
  @Test func printsATable() throws {
    let folder = try folderWithBlock()
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", in: folder)
    #expect(page.status == 0)
    #expect(page.errors == "wrote fused.onnx\n")
    let lines = page.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "fused.onnx")
    func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
    let rows = lines.dropFirst().map(words)
    #expect(rows.first == ["before", "after"])
    #expect(rows.contains(["nodes", "8", "2"]))
    for row in [["Conv", "2", "1"], ["BatchNormalization", "3", "0"], ["Add", "2", "0"], ["Relu", "1", "1"]] {
      #expect(rows.contains(row), "\(row) is missing in \(page.output)")
    }
    for label in ["parameters", "MACs at batch 1", "memory traffic", "file", "passes", "verified"] {
      #expect(lines.contains { $0.hasPrefix("  \(label) ") }, "\(label) is missing in \(page.output)")
    }
    #expect(rows.contains(["passes", "fired"]))
    #expect(rows.contains(["collapse-affine-regions", "1"]))
    #expect(lines.last?.contains(" × max, input [") == true)
    // Every number ends in one of two columns.
    let ends = Set(lines.dropFirst().filter { $0.hasPrefix("  nodes") || $0.hasPrefix("    Conv") }.map(\.count))
    #expect(ends.count == 1)
    #expect(try CommandLine("verify", "model.onnx", "--against", "fused.onnx", in: folder).status == 0)
  }

  @Test func saysLittle() throws {
    let folder = try folderWithBlock()
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--quiet", in: folder)
    #expect(page.status == 0 && page.errors == "" && page.output.hasPrefix("fused.onnx\n"))
    let again = try CommandLine("fuse", "fused.onnx", "-o", "again.onnx", in: folder)
    #expect(again.output.contains("nothing to do"))
    #expect(!again.output.contains("not done"))
  }

  @Test func explains() throws {
    let folder = try folderWithBlock("pointwise-narrow")
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--explain", in: folder)
    #expect(page.output.contains("\n  not done "))
    #expect(page.output.contains("[collapse-affine-regions]: one map would take 64 multiplications"))
    let nothing = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--explain", in: folderWithBlock())
    #expect(nothing.output.contains("nothing was refused"))
  }

  @Test func printsJSON() throws {
    let folder = try folderWithBlock()
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--json", in: folder)
    #expect(page.status == 0)
    let object = try json(page.output)
    #expect(
      object.keys.sorted() == ["after", "before", "model", "output", "passes", "refusals", "remarks", "verification"])
    #expect(object["model"] as? String == "model.onnx")
    #expect(object["output"] as? String == "fused.onnx")
    let keys = ["file_bytes", "macs", "memory_traffic_bytes", "nodes", "operators", "parameters"]
    for side in ["before", "after"] {
      let cost = try #require(object[side] as? [String: Any])
      #expect(cost.keys.sorted() == keys)
      let file = folder.appending(path: side == "before" ? "model.onnx" : "fused.onnx").path()
      let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
      #expect(cost["file_bytes"] as? Int == size)
    }
    #expect((object["after"] as? [String: Any])?["operators"] as? [String: Int] == ["Conv": 1, "Relu": 1])
    let passes = try #require(object["passes"] as? [[String: Any]])
    #expect(passes.allSatisfy { $0.keys.sorted() == ["fired", "name"] })
    #expect(passes.first { $0["name"] as? String == "collapse-affine-regions" }?["fired"] as? Int == 1)
    let verification = try #require(object["verification"] as? [String: Any])
    // first_difference is present only if there is a difference.
    #expect(verification.keys.sorted() == ["agrees", "cases", "outputs", "values"])
    #expect(verification["agrees"] as? Bool == true)
    #expect(try #require(verification["values"] as? Int) > 0)
    let trial = try #require((verification["cases"] as? [[String: Any]])?.first)
    #expect(trial.keys.sorted() == ["inputs", "outputs"])
    #expect((trial["inputs"] as? [String: [Int]])?.keys.sorted() == ["input"])
    #expect((verification["outputs"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["output"])
  }

  @Test func explainsInJSON() throws {
    let folder = try folderWithBlock("pointwise-narrow")
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--json", in: folder)
    let refusals = try #require(json(page.output)["refusals"] as? [[String: String]])
    #expect(!refusals.isEmpty && refusals.allSatisfy { $0.keys.sorted() == ["kind", "node", "pass", "reason"] })
  }

  // MARK: Choices

  private func operators(_ arguments: String...) throws -> (names: [String], after: [String: Int]) {
    let folder = try folderWithBlock()
    let page = try CommandLine(
      list: ["fuse", "model.onnx", "-o", "fused.onnx", "--json"] + arguments, in: folder)
    #expect(page.status == 0, "\(page.errors)")
    let object = try json(page.output)
    let names = try #require(object["passes"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    return (names, try #require((object["after"] as? [String: Any])?["operators"] as? [String: Int]))
  }

  @Test func runsSomePasses() throws {
    let all = try operators()
    #expect(all.names.count > 20)
    let one = try operators("--passes", "collapse-affine-regions")
    #expect(one.names == ["collapse-affine-regions"] && one.after == ["Conv": 1, "Relu": 1])
    let two = try operators("--passes", "remove-dead-code,absorb-scales")
    #expect(Set(two.names) == ["remove-dead-code", "absorb-scales"])
    #expect(two.after == ["Conv": 2, "BatchNormalization": 1, "Add": 2, "Relu": 1])
    let without = try operators("--skip", "collapse-affine-regions,absorb-scales")
    #expect(without.names == all.names.filter { $0 != "collapse-affine-regions" && $0 != "absorb-scales" })
    #expect(without.after == ["Conv": 2, "BatchNormalization": 3, "Add": 2, "Relu": 1])
    #expect(
      try operators("--passes", "absorb-scales,collapse-affine-regions", "--skip", "absorb-scales").names
        == one.names)
  }

  @Test func writesWithoutComparing() throws {
    let folder = try folderWithBlock()
    let page = try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--no-verify", in: folder)
    #expect(page.status == 0)
    #expect(page.output.split(separator: "\n").last?.split(separator: " ") == ["verified", "no"])
    let printed = try CommandLine("fuse", "model.onnx", "-o", "again.onnx", "--no-verify", "--json", in: folder)
    #expect(try json(printed.output)["verification"] == nil)
    #expect(try bytes("fused.onnx", in: folder) == bytes("again.onnx", in: folder))
  }

  @Test func writesAnotherOperatorSet() throws {
    let folder = try folderWithBlock()
    #expect(try CommandLine("fuse", "model.onnx", "-o", "fused.onnx", "--opset", "21", in: folder).status == 0)
    let page = try CommandLine("import", "fused.onnx", "--json", in: folder)
    #expect(page.status == 0 && page.output.contains("21"))
  }

  private func bytes(_ name: String, in folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  @Test func writesTheSameBytesAgain() throws {
    let folder = try folderWithBlock("dbb-six-optimized")
    for name in ["one.onnx", "two.onnx"] {
      #expect(try CommandLine("fuse", "model.onnx", "-o", name, in: folder).status == 0)
    }
    #expect(try bytes("one.onnx", in: folder) == bytes("two.onnx", in: folder))
    // The model itself may be what is written.
    #expect(try CommandLine("fuse", "model.onnx", "-o", "model.onnx", "--force", in: folder).status == 0)
    #expect(try bytes("model.onnx", in: folder) == bytes("one.onnx", in: folder))
  }

  @Test func deploysWeights() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "repvgg_a0", "-o", "trained.pth", "--classes", "3", in: folder)
    let page = try CommandLine("fuse", "trained.pth", "-o", "deployed.pth", in: folder)
    #expect(page.status == 0)
    #expect(page.errors.hasSuffix("wrote deployed.pth\n"))
    let trained = try CommandLine("verify", "trained.pth", "--against", "deployed.pth", in: folder)
    #expect(trained.status == 0)
    let again = try CommandLine("fuse", "deployed.pth", "-o", "again.pth", "--json", in: folder)
    let passes = try #require(json(again.output)["passes"] as? [[String: Any]])
    #expect(passes.allSatisfy { $0["fired"] as? Int == 0 })
  }

  // MARK: Failures

  static let failures = [
    Failure("", 64, "Missing expected argument '<MODEL>'"),
    Failure("model.onnx", 64, "Missing expected argument '-o"),
    Failure("model.onnx -o out.xyz", 64, "out.xyz: the format of this name is not known; name it .onnx, .pth"),
    Failure("model.onnx -o out.onnx --passes fold", 64, "there is no pass 'fold'; did you mean fold-constants"),
    Failure("model.onnx -o out.onnx --skip zzz,b", 64, "there is no pass 'zzz'; 'cnnconv passes' lists them"),
    Failure("model.onnx -o out.onnx --opset 99", 64, "operator set 99 is not one of 1 to"),
    Failure("model.onnx -o out.onnx --seed x", 64, "The value 'x' is invalid for '--seed"),
    Failure("model.onnx -o out.onnx --arch vgg16", 64, "--arch vgg16 is for files that hold weights alone"),
    Failure("broken.onnx -o out.onnx", 65, "broken.onnx"),
    Failure("empty.onnx -o out.onnx", 65, "empty.onnx: is empty"),
    Failure("missing.onnx -o out.onnx", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("model.onnx -o out.pth", 69, "model.onnx: "),
    Failure("model.onnx -o missing/out.onnx", 73, "missing/out.onnx: cannot create: No such file or directory"),
    Failure("model.onnx -o model.onnx/out.onnx", 73, "model.onnx/out.onnx: cannot create: Not a directory"),
    Failure("model.onnx -o out.onnx --memory-limit 1K", 75, "bytes more would pass the memory limit of 1000 bytes"),
  ]

  @Test(arguments: failures) func isOneLine(_ failure: Failure) throws {
    let folder = try folderWithBlock()
    try bytes("model.onnx", in: folder).prefix(3000).write(to: folder.appending(path: "broken.onnx"))
    try Data().write(to: folder.appending(path: "empty.onnx"))
    try failure.check(in: folder, after: "fuse")
  }

  /// A wrong name is answered with close names, or with where all of them are listed.
  @Test(arguments: [
    ("nothing", "there is no pass 'nothing'; 'cnnconv passes' lists them"),
    ("absorb-scale", "there is no pass 'absorb-scale'; did you mean absorb-scales?"),
  ]) func namesPasses(_ name: String, message: String) throws {
    let folder = try folderWithBlock()
    let result = try CommandLine("fuse", "model.onnx", "-o", "out.onnx", "--passes", name, in: folder)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
    let passes = try CommandLine("passes", in: folder)
    for name in ["collapse-affine-regions", "absorb-scales", "fold-scales-into-products", "remove-dead-code"] {
      #expect(passes.output.contains(name))
    }
  }
}
