import Foundation
import Testing

/// `tensors`, `diff`, and `export` from weights to weights, as a user would type them.
@Suite struct TensorsCommandTests {
  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private let unusable = CommandLine.root.appending(path: "Fixtures/Weights/unusable.pth").path(percentEncoded: false)

  @Test func listsATensorALine() throws {
    let page = try CommandLine("tensors", unusable)
    #expect(page.status == 0)
    let lines = page.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("conv1.weight") && lines[0].contains("float32[4, 3, 3, 3]"))
    #expect(lines.contains { $0.hasPrefix("quantized  is quantized, left out") })
    #expect(lines.last?.hasPrefix("PyTorch archive (torch.save): 9 tensors, 139 elements") == true)
  }

  @Test func printsJSON() throws {
    let page = try CommandLine("tensors", unusable, "--json", "--stats", "--filter", "conv1.*", "--filter", "s*")
    let object = try json(page.output)
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(tensors.compactMap { $0["name"] as? String } == ["conv1.weight", "conv1.bias"])
    #expect(tensors[0]["shape"] as? [Int] == [4, 3, 3, 3])
    #expect(tensors[0]["bytes"] as? Int == 432)
    let statistics = try #require(tensors[0]["statistics"] as? [String: Any])
    #expect((statistics["sha256"] as? String)?.count == 64)
    #expect(statistics["non_finite"] as? Int == 0)
    #expect((object["omitted"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["sparse"])
  }

  @Test func sumsUpModules() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "net.pth", in: folder)
    let page = try CommandLine("tensors", "net.pth", "--tree", in: folder)
    // The third layer is 400 × 120 and its bias.
    #expect(page.output.contains("48,120 elements"))
    #expect(page.output.hasSuffix(" 61,706 elements, 246.8 kB\n"))
    #expect(try CommandLine("tensors", "net.pth", "--tree", "--json", in: folder).status == 64)
    #expect(try CommandLine("tensors", "missing.pth", in: folder).status == 66)
  }

  /// Weights of no known network go from format to format and stay the same.
  @Test func exportsWeightsOfAnyNetwork() throws {
    let folder = try CommandLine.temporaryFolder()
    for (from, to) in [(unusable, "a.safetensors"), ("a.safetensors", "b.npz"), ("b.npz", "c.pth")] {
      let page = try CommandLine("export", from, "-o", to, in: folder)
      #expect(page.status == 0, "\(page.errors)")
      #expect(page.errors.hasSuffix("wrote \(to)\n"))
      #expect(try CommandLine("diff", unusable, to, in: folder).status == 0)
    }
    let told = try CommandLine("export", unusable, "-o", "again.pth", in: folder)
    for name in ["sparse", "meta", "quantized", "complex32"] { #expect(told.errors.contains("tensor '\(name)' ")) }
    #expect(try CommandLine("export", "c.pth", "-o", "d.safetensors", "--opset", "13", in: folder).status == 64)
    let refused = try CommandLine("export", "c.pth", "-o", "d.onnx", in: folder)
    #expect(refused.status == 69)
  }

  @Test func typesThatNumPyLacksAreRefused() throws {
    let folder = try CommandLine.temporaryFolder()
    let types = CommandLine.root.appending(path: "Fixtures/Weights/types-archive.pth").path(percentEncoded: false)
    let page = try CommandLine("export", types, "-o", "a.npz", in: folder)
    #expect(page.status == 69)
    #expect(page.errors.contains("tensor 'bfloat16'"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "a.npz").path()))
  }

  @Test func differencesExitWithOne() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "a.pth", "--seed", "1", in: folder)
    try CommandLine("zoo", "lenet5", "-o", "b.pth", "--seed", "2", in: folder)
    let page = try CommandLine("diff", "a.pth", "b.pth", "--json", in: folder)
    #expect(page.status == 1)
    let object = try json(page.output)
    #expect(object["agrees"] as? Bool == false)
    let changes = try #require(object["changes"] as? [[String: Any]])
    #expect(changes.allSatisfy { $0["kind"] as? String == "changed" })
    #expect(changes.allSatisfy { ($0["max_abs_difference"] as? Double ?? 0) > 0 })
    #expect((changes.first?["before"] as? [String: Any])?["type"] as? String == "float32")
  }

  /// A state dict and the graph that was made of it hold the same, whatever the graph calls its constants.
  @Test func comparesWeightsWithAGraph() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "squeezenet1_1", "-o", "a.pth", "--classes", "3", in: folder)
    try CommandLine("zoo", "squeezenet1_1", "-o", "b.pth", "--classes", "3", "--seed", "9", in: folder)
    try CommandLine("export", "a.pth", "-o", "a.onnx", in: folder)
    #expect(try CommandLine("diff", "a.pth", "a.onnx", in: folder).status == 0)
    #expect(try CommandLine("diff", "b.pth", "a.onnx", in: folder).status == 1)
  }
}
