import CNNConv
import Foundation
import TestSupport
import Testing

/// `verify --layers` and `--reduce`.
@Suite struct VerifyLayersTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", "--seed", "3", in: folder).status == 0)
    return folder
  }

  private func json(_ page: CommandLine) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
  }

  /// The same network with the weights of one layer doubled.
  private func change(_ weight: String, in folder: URL) throws {
    var graph = try Model(contentsOf: folder.appending(path: "net.onnx").path()).graph
    let id = try #require(graph.value(named: weight))
    let tensor = try #require(graph[id].constant)
    graph[id].constant = try Tensor(tensor.values(as: Float.self).map { $0 * 2 }, shape: tensor.shape)
    try Model(graph: graph).write(to: folder.appending(path: "changed.onnx").path())
  }

  /// A model whose values all bear other names.
  private func rename(_ model: String, to other: String, in folder: URL) throws {
    var graph = try Model(contentsOf: folder.appending(path: model).path()).graph
    for (index, id) in graph.valueIDs.enumerated() { graph.rename(id, to: "v\(index)") }
    try Model(graph: graph).write(to: folder.appending(path: other).path())
  }

  /// Weights alone beside a graph that calls nothing as they do, and beside one that has folded its normalizations.
  @Test(arguments: zip(["shufflenet-gray", "densenet", "densenet"], [false, false, true]))
  func weightsAgainstAGraphOfOtherNames(checkpoint: String, isFolded: Bool) throws {
    let folder = try folder()
    let weights = try #require(FixtureFolders.checkpoint(checkpoint))
    let small = ["--input-shape", try #require(try Self.shape(of: checkpoint))]
    #expect(try CommandLine(list: ["export", weights, "-o", "own.onnx"] + small, in: folder).status == 0)
    try rename("own.onnx", to: "renamed.onnx", in: folder)
    if isFolded {
      let fused = try CommandLine(
        "fuse", "renamed.onnx", "-o", "renamed.onnx", "--force", "--passes", "collapse-affine-regions,absorb-scales",
        in: folder)
      #expect(fused.status == 0, "\(fused.errors)")
    }
    let page = try CommandLine(
      list: ["verify", weights, "--against", "renamed.onnx", "--layers", "--json"] + small, in: folder)
    #expect(page.status == 0, "\(page.errors)")
    let layers = try #require(json(page)["layers"] as? [String: Any])
    #expect(layers["matched_by"] as? String == "structure")
    let operators = try json(CommandLine("import", "own.onnx", "--json", in: folder))["operators"] as? [String: Int]
    let weighted = (operators?["Conv"] ?? 0) + (operators?["Gemm"] ?? 0)
    #expect(weighted > 5 && (layers["values"] as? [Any])?.count ?? 0 >= weighted)
  }

  /// The shape of the checkpoint's own inputs.
  private static func shape(of checkpoint: String) throws -> String? {
    let file = FixtureFolders.path("Checkpoints/\(checkpoint)/test_data_set_0/input_0.pb")
    return try TensorFile.read(file).first?.tensor.shape.map(String.init).joined(separator: ",")
  }

  @Test func namesTheFirstThatDeparts() throws {
    let folder = try folder()
    try change("conv2.weight", in: folder)
    let page = try CommandLine("verify", "net.onnx", "--against", "changed.onnx", "--layers", in: folder)
    #expect(page.status == 1)
    #expect(page.output.contains("  the first that departs is 'conv2'"), "\(page.output)")
  }

  @Test func comparesWhatAFixtureHoldsInside() throws {
    let folder = try folder()
    let run = try CommandLine(
      "run", "net.onnx", "--seed", "5", "--keep", "conv1", "--keep", "conv2", "-o", "set", in: folder)
    #expect(run.status == 0)
    #expect(
      try CommandLine("run", "net.onnx", "--seed", "5", "--fixture", "inputs", in: folder).status == 0)
    try FileManager.default.copyItem(
      at: folder.appending(path: "inputs/input_0.pb"), to: folder.appending(path: "set/input_0.pb"))
    let good = try CommandLine("verify", "net.onnx", "set", "--layers", in: folder)
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.output.hasPrefix("layers: 3 values of the same name"))
    let place = folder.appending(path: "set/conv2.npy").path()
    let tensor = try #require(TensorFile.read(place).first).tensor
    try TensorFile.write(Tensor(tensor.values(as: Float.self).map { -$0 }, shape: tensor.shape), to: place)
    let bad = try CommandLine("verify", "net.onnx", "set", "--layers", in: folder)
    #expect(bad.status == 1)
    #expect(bad.output.contains("the first that departs is 'conv2'"))
    let none = try CommandLine("verify", "net.onnx", "inputs", "--layers", in: folder)
    #expect(none.status == 65)
    #expect(none.errors.contains("holds no file or array named after a value inside the model"))
  }

  /// The part is one node, differs by itself, and carries what shows it.
  @Test func reducesToWhatDiffers() throws {
    let folder = try folder()
    try change("conv2.weight", in: folder)
    let page = try CommandLine(
      "verify", "net.onnx", "--against", "changed.onnx", "--reduce", "part.onnx", "--json", in: folder)
    #expect(page.status == 1)
    let reduced = try #require(json(page)["reduced"] as? [String: Any])
    #expect(reduced["value"] as? String == "conv2")
    #expect(reduced["nodes"] as? Int == 1)
    let part = try json(CommandLine("import", "part.onnx", "--json", in: folder))
    #expect(part["operators"] as? [String: Int] == ["Conv": 1])
    #expect(try CommandLine("verify", "part.onnx", "part.test_data_set_0", in: folder).status == 1)
    // The other model's part gives what is expected.
    let same = try CommandLine("verify", "net.onnx", "--against", "net.onnx", "--reduce", "none.onnx", in: folder)
    #expect(same.status == 0)
    #expect(!TemporaryFolder.names(of: folder.path()).contains("none.onnx"))
  }

  /// Without values inside, the smallest part that can be told is the model.
  @Test func reducesAgainstAFixture() throws {
    let folder = try folder()
    try change("fc3.weight", in: folder)
    let made = try CommandLine(
      "run", "changed.onnx", "--seed", "5", "--fixture", "set", "--keep", "fc2", "-o", "kept", in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let whole = try CommandLine("verify", "net.onnx", "set", "--reduce", "part.onnx", "--json", in: folder)
    #expect(whole.status == 1)
    let nodes = try #require((json(whole)["reduced"] as? [String: Any])?["nodes"] as? Int)
    #expect(nodes == 12)
    try FileManager.default.copyItem(
      at: folder.appending(path: "kept/fc2.npy"), to: folder.appending(path: "set/fc2.npy"))
    let page = try CommandLine("verify", "net.onnx", "set", "--reduce", "part.onnx", "--json", in: folder)
    let reduced = try #require(json(page)["reduced"] as? [String: Any])
    #expect(reduced["nodes"] as? Int ?? 12 < 4)
    #expect(try CommandLine("verify", "part.onnx", "part.test_data_set_0", in: folder).status == 1)
  }

  @Test func isForComparisons() throws {
    let folder = try folder()
    for option in ["--layers", "--reduce=x.onnx"] {
      try Failure("verify net.onnx \(option)", 64, "--layers and --reduce go with --against OTHER or a FIXTURE")
        .check(in: folder)
    }
    let result = try CommandLine(
      "verify", "net.onnx", "--against", "net.onnx", "--reduce", "net.onnx", "--rtol", "0", "--atol", "0", in: folder)
    #expect(result.status == 0)
  }
}
