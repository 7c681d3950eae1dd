import CNNConv
import Foundation
import TestSupport
import Testing

/// Inputs that stand in the arguments themselves.
@Suite struct LiteralInputTests {
  private let model = FixtureFolders.path("AsFound/rate_as_input/model.onnx")
  private let data = FixtureFolders.path("AsFound/rate_as_input/test_data_set_0")

  @Test func aNumberIsAnInput() throws {
    let folder = try TemporaryFolder()
    let ran = try CommandLine(
      "run", model, "--input", "x=\(data)/input_0.pb", "--input", "sr=16000", "-o", folder.file("out"))
    #expect(ran.status == 0, "\(ran.errors)")
    let tensor = try #require(try TensorFile.read(folder.file("out/y.npy")).first?.tensor)
    let expected = try #require(try TensorFile.read("\(data)/output_0.pb").first?.tensor)
    #expect(try tensor.values(as: Float.self) == expected.values(as: Float.self))
  }

  @Test(arguments: ["sr=[1,2]", "sr=1.5", "sr=[[1],[2,3]]", "sr=true,"]) func wrongOnesAreRefused(argument: String)
    throws
  {
    let folder = try TemporaryFolder()
    let ran = try CommandLine(
      "run", model, "--input", "x=\(data)/input_0.pb", "--input", argument, "-o", folder.file("out"))
    #expect([64, 65, 66].contains(ran.status), "\(ran.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  @Test func aListIsAnInput() throws {
    let folder = try TemporaryFolder()
    let ran = try CommandLine(
      "run", model, "--input", "x=[[1,2,3],[4,5,6.5]]", "--input", "sr=2", "-o", folder.file("out"))
    #expect(ran.status == 0, "\(ran.errors)")
    let tensor = try #require(try TensorFile.read(folder.file("out/y.npy")).first?.tensor)
    #expect(try tensor.values(as: Float.self) == [2, 4, 6, 8, 10, 13])
  }
}
