import Foundation
import Testing

/// The commands of the contract, each as a user would type it.
@Suite struct CommandTests {
  /// A folder with `lenet.onnx` in it.
  private func folderWithModel() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "lenet.onnx", "--seed", "3", in: folder).status == 0)
    return folder
  }

  @Test func importPrintsAPage() throws {
    let folder = try folderWithModel()
    let page = try CommandLine("import", "lenet.onnx", in: folder)
    #expect(page.status == 0)
    #expect(page.errors == "")
    for line in ["LeNet-5", "input: float32[N, 1, 32, 32]", "output: float32[N, 10]", "61,706", "Conv"] {
      #expect(page.output.contains(line), "\(line) is missing in \(page.output)")
    }
  }

  @Test func importPrintsJSON() throws {
    let folder = try folderWithModel()
    let page = try CommandLine("import", "lenet.onnx", "--json", in: folder)
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    #expect(object["parameters"] as? Int == 61_706)
    #expect(object["macs"] as? Int == 416_520)
    #expect(
      (object["operators"] as? [String: Int])?["Conv"] == 3 || (object["operators"] as? [String: Int])?["Conv"] == 2)
  }

  @Test func shapesAreTakenWithOrWithoutAName() throws {
    let folder = try folderWithModel()
    for shape in ["8,1,32,32", "8x1x32x32", "input:8,1,32,32"] {
      let page = try CommandLine("import", "lenet.onnx", "--input-shape", shape, in: folder)
      #expect(page.output.contains("input: float32[8, 1, 32, 32]"))
      #expect(page.output.contains("MACs          3.33 M at batch 8"))
    }
    let free = try CommandLine("import", "lenet.onnx", "--input-shape", "images,1,32,32", "--json", in: folder)
    let object = try #require(JSONSerialization.jsonObject(with: Data(free.output.utf8)) as? [String: Any])
    let input = try #require((object["inputs"] as? [[String: Any]])?.first)
    let shape = try #require(input["shape"] as? [Any])
    #expect(shape.first as? String == "images")
    #expect(shape.dropFirst().compactMap { $0 as? Int } == [1, 32, 32])
    #expect(object["file_bytes"] as? Int != nil)
    #expect(object["batch"] as? Int == 1)
  }

  @Test func importWritesWithO() throws {
    let folder = try folderWithModel()
    #expect(try CommandLine("import", "lenet.onnx", "-o", "again.onnx", in: folder).status == 0)
    #expect(try CommandLine("verify", "lenet.onnx", "--against", "again.onnx", in: folder).status == 0)
  }

  @Test func runsVerifiesAndExports() throws {
    let folder = try folderWithModel()
    let run = try CommandLine("run", "lenet.onnx", "--seed", "5", "-o", "out", "--fixture", "fixture", in: folder)
    #expect(run.status == 0)
    #expect(run.output.contains("output  float32[1, 10]"))
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "out/output.npy").path()))
    let verified = try CommandLine("verify", "lenet.onnx", "fixture", in: folder)
    #expect(verified.status == 0)
    #expect(verified.output.contains("max abs error 0.0"))
    #expect(try CommandLine("export", "lenet.onnx", "-o", "lenet.onnx", "--force", "--quiet", in: folder).status == 0)
    #expect(try CommandLine("verify", "lenet.onnx", "fixture", in: folder).status == 0)
    #expect(try CommandLine("run", "lenet.onnx", "--input", "out/output.npy", in: folder).status == 65)
  }

  @Test func valuesInsideAreWrittenToo() throws {
    let folder = try folderWithModel()
    let run = try CommandLine("run", "lenet.onnx", "--seed", "5", "-o", "out", "--keep", "conv1", in: folder)
    #expect(run.status == 0)
    #expect(run.output.contains("output  float32[1, 10]"))
    #expect(run.output.contains("conv1  float32[1, 6, 28, 28]"))
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "out/conv1.npy").path()))
    let failed = try CommandLine("run", "lenet.onnx", "--seed", "5", "--keep", "conv9", in: folder)
    #expect(failed.status == 64)
    #expect(failed.errors.contains("no value 'conv9'"))
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let (one, two) = (try folderWithModel(), try folderWithModel())
    #expect(
      FileManager.default.contentsEqual(
        atPath: one.appending(path: "lenet.onnx").path(), andPath: two.appending(path: "lenet.onnx").path()))
  }

  @Test(arguments: ["pth", "pt", "safetensors"])
  func weightsAloneGoThereAndBack(kind: String) throws {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "squeezenet1_1", "-o", "net.\(kind)", "--classes", "7", in: folder).status == 0)
    let summary = try CommandLine("import", "net.\(kind)", "--json", in: folder)
    #expect(summary.status == 0)
    #expect(summary.output.contains("\"architecture\" : \"SqueezeNet 1.1, 7 classes, torchvision keys\""))
    let export = try CommandLine("export", "net.\(kind)", "-o", "net.onnx", in: folder)
    #expect(export.status == 0)
    #expect(export.output == "")
    #expect(export.errors.hasSuffix("wrote net.onnx\n"))
    #expect(try CommandLine("verify", "net.onnx", "--against", "net.\(kind)", in: folder).status == 0)
    #expect(try CommandLine("export", "net.onnx", "-o", "back.\(kind)", in: folder).status == 0)
    let (first, second) = (folder.appending(path: "net.\(kind)"), folder.appending(path: "back.\(kind)"))
    #expect(try Data(contentsOf: first) == Data(contentsOf: second))
  }

  @Test func differencesExitWithOne() throws {
    let folder = try folderWithModel()
    try CommandLine("zoo", "lenet5", "-o", "other.onnx", "--seed", "4", in: folder)
    let verified = try CommandLine("verify", "lenet.onnx", "--against", "other.onnx", "--json", in: folder)
    #expect(verified.status == 1)
    let object = try #require(JSONSerialization.jsonObject(with: Data(verified.output.utf8)) as? [String: Any])
    #expect(object["passed"] as? Bool == false)
  }

  @Test func runsASuite() throws {
    let suite = try CommandLine.temporaryFolder()
    let operators = CommandLine.root.appending(path: "Fixtures/Operators/Relu")
    for name in try FileManager.default.contentsOfDirectory(atPath: operators.path()) {
      try FileManager.default.copyItem(at: operators.appending(path: name), to: suite.appending(path: name))
    }
    let passing = try CommandLine("verify", "--suite", ".", in: suite)
    #expect(passing.status == 0)
    #expect(passing.output.hasSuffix(" passed, 0 failed, 0 unsupported\n"))
    // An unreadable model is a failed case with its reason, and the others still run.
    let broken = suite.appending(path: "broken")
    try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
    try Data([8, 200]).write(to: broken.appending(path: "model.onnx"))
    let failing = try CommandLine("verify", "--suite", ".", "--json", in: suite)
    #expect(failing.status == 1)
    let object = try #require(JSONSerialization.jsonObject(with: Data(failing.output.utf8)) as? [String: Any])
    #expect((object["failed"] as? [String: String])?.keys.sorted() == ["broken"])
    #expect((object["unsupported"] as? [String: String])?.isEmpty == true)
  }
}
