import CNNConv
import CNNTensors
import Foundation
import Testing

@Suite struct VerifyCommandTests {
  private func folderWithModel() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "lenet.onnx", "--seed", "3", in: folder).status == 0)
    return folder
  }

  private func report(_ page: CommandLine) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any]
    return try #require((object?["results"] as? [[String: Any]])?.first)
  }

  private func write(_ values: [Float], _ shape: [Int], to name: String, in folder: URL) throws {
    try TensorFile.write(Tensor(values, shape: shape), to: folder.appending(path: name).path())
  }

  @Test func neitherSideIsRewrittenUnlessAskedFor() throws {
    let folder = try folderWithModel()
    let plain = try report(CommandLine("verify", "lenet.onnx", "--against", "lenet.onnx", "--json", in: folder))
    #expect(plain["computed"] as? String == "unfused")
    #expect(plain["other_computed"] as? String == "unfused")
    let asked = try CommandLine(
      "verify", "lenet.onnx", "--against", "lenet.onnx", "--compute", "reference", "--other-compute", "engine",
      "--json",
      in: folder)
    #expect(try report(asked)["computed"] as? String == "reference")
    #expect(try report(asked)["other_computed"] as? String == "engine")
  }

  @Test func aFixtureIsNotComputedByTheRewritingItJudges() throws {
    let folder = try folderWithModel()
    let run = try CommandLine("run", "lenet.onnx", "--seed", "5", "--fixture", "fixture", "-o", "out", in: folder)
    #expect(run.errors.contains("the outputs in fixture were computed by the engine, the graph as it stands"))
    let verified = try report(CommandLine("verify", "lenet.onnx", "fixture", "--json", in: folder))
    #expect(verified["computed"] as? String == "engine")
  }

  @Test func notANumberDoesNotAgreeWithItself() throws {
    let folder = try folderWithModel()
    try write([Float](repeating: .nan, count: 32 * 32), [1, 1, 32, 32], to: "x.npy", in: folder)
    let verified = try CommandLine("verify", "lenet.onnx", "--against", "lenet.onnx", "--input", "x.npy", in: folder)
    #expect(verified.status == 1)
    #expect(verified.output.contains("10 NaN of 10 elements found, 10 NaN expected"))
    let allowed = try CommandLine(
      "verify", "lenet.onnx", "--against", "lenet.onnx", "--input", "x.npy", "--allow-non-finite", in: folder)
    #expect(allowed.status == 0)
  }

  @Test func saysWhereAndWhichToleranceWouldPass() throws {
    let folder = try folderWithModel()
    let made = try CommandLine("run", "lenet.onnx", "--seed", "5", "--fixture", "fixture", "-o", ".", in: folder)
    #expect(made.status == 0)
    let output = folder.appending(path: "output.npy").path()
    let right = try #require(try TensorFile.read(output).first).tensor
    var values = try right.values(as: Float.self)
    let largest = values.map(\.magnitude).max() ?? 0
    values[3] += largest / 10
    try FileManager.default.removeItem(at: folder.appending(path: "fixture/output_0.pb"))
    try write(values, right.shape, to: "fixture/output_0.npy", in: folder)
    let failed = try CommandLine("verify", "lenet.onnx", "fixture", in: folder)
    #expect(failed.status == 1)
    #expect(failed.output.contains("1 of 10 elements differ"))
    #expect(failed.output.contains("farthest from it at [0, 3]"))
    // What it says would pass does, and a tenth less does not.
    let words = failed.output.split(separator: " ").map(String.init)
    let absolute = try #require(words.firstIndex(of: "--atol").map { words[$0 + 1] }.flatMap(Double.init))
    #expect(try CommandLine("verify", "lenet.onnx", "fixture", "--atol", "\(absolute)", in: folder).status == 0)
    #expect(try CommandLine("verify", "lenet.onnx", "fixture", "--atol", "\(absolute * 0.8)", in: folder).status == 1)
  }

  @Test(arguments: ["numbered", "named", "archive"])
  func aFixtureMayBeArrays(form: String) throws {
    let folder = try folderWithModel()
    let input = (0..<1024).map { Float($0 % 17) / 8 - 1 }
    try write(input, [1, 1, 32, 32], to: "x.npy", in: folder)
    #expect(
      try CommandLine("run", "lenet.onnx", "--input", "x.npy", "--compute", "reference", "-o", ".", in: folder).status
        == 0)
    let fixture = folder.appending(path: "fixture")
    try FileManager.default.createDirectory(at: fixture, withIntermediateDirectories: true)
    let output = try Data(contentsOf: folder.appending(path: "output.npy"))
    let data = try Data(contentsOf: folder.appending(path: "x.npy"))
    switch form {
    case "numbered":
      try data.write(to: fixture.appending(path: "input_0.npy"))
      try output.write(to: fixture.appending(path: "output_0.npy"))
    case "named":
      try data.write(to: fixture.appending(path: "input.npy"))
      try output.write(to: fixture.appending(path: "output.npy"))
    default:
      try storedArchive([("input.npy", data), ("output.npy", output)])
        .write(to: fixture.appending(path: "all.npz"))
    }
    #expect(try CommandLine("verify", "lenet.onnx", "fixture", in: folder).status == 0)
    if form == "archive" {
      #expect(try CommandLine("verify", "lenet.onnx", "fixture/all.npz", in: folder).status == 0)
    }
    // Another picture is another answer: the files are really read.
    try write(input.map { -$0 }, [1, 1, 32, 32], to: "fixture/input_0.npy", in: folder)
    if form != "archive" {
      #expect(try CommandLine("verify", "lenet.onnx", "fixture", in: folder).status == 1)
    }
  }

  @Test func givenInputsGoToBothSides() throws {
    let folder = try folderWithModel()
    try write([Float](repeating: 0.5, count: 1024), [1, 1, 32, 32], to: "x.npy", in: folder)
    try CommandLine("zoo", "lenet5", "-o", "other.onnx", "--seed", "4", in: folder)
    let same = try CommandLine("verify", "lenet.onnx", "--against", "lenet.onnx", "--input", "x.npy", in: folder)
    #expect(same.status == 0)
    let other = try CommandLine("verify", "lenet.onnx", "--against", "other.onnx", "--input", "x.npy", in: folder)
    #expect(other.status == 1)
    let wrong = try CommandLine("verify", "lenet.onnx", "fixture", "--input", "x.npy", in: folder)
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("--input, --npz and --images go with --against OTHER"))
  }

  /// A zip archive of stored members.
  private func storedArchive(_ members: [(String, Data)]) -> Data {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    func sum(_ data: Data) -> Int {
      Int(
        data.reduce(UInt32.max) { state, byte in
          (0..<8).reduce(state ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        } ^ UInt32.max)
    }
    var (archive, directory) = (Data(), Data())
    for (name, data) in members {
      let common =
        little(20, 2) + little(0, 8) + little(sum(data), 4) + little(data.count, 4) + little(data.count, 4)
        + little(name.utf8.count, 2) + little(0, 2)
      directory +=
        [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(0, 10) + little(archive.count, 4) + Array(name.utf8)
      archive += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + data
    }
    let end =
      [0x50, 0x4B, 5, 6] + little(0, 4) + little(members.count, 2) + little(members.count, 2)
      + little(directory.count, 4) + little(archive.count, 4) + little(0, 2)
    return archive + directory + end
  }
}
