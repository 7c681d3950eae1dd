import CNNConv
import Foundation
import TestSupport
import Testing

/// `edit`: cuts, added outputs and names.
@Suite struct EditCommandTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder)
    let made = try CommandLine(
      "run", "net.onnx", "--seed", "4", "--keep", "conv1", "--keep", "fc1", "-o", "whole", "--fixture", "set",
      in: folder)
    #expect(made.status == 0, "\(made.errors)")
    return folder
  }

  private func values(_ file: String, in folder: URL) throws -> [Float] {
    try #require(try TensorFile.read(folder.appending(path: file).path()).first).tensor.values(as: Float.self)
  }

  /// The two parts, one after the other, give what the whole does.
  @Test func cutsInTwo() throws {
    let folder = try folder()
    let head = try CommandLine("edit", "net.onnx", "-o", "head.onnx", "--outputs", "conv1", in: folder)
    #expect(head.status == 0, "\(head.errors)")
    #expect(
      head.output == """
        head.onnx
          input   input: float32[N, 1, 32, 32]
          output  conv1: float32[N, 6, 28, 28]
          nodes   1 of 12
          compared with the original: 1 output within 0.0 × max

        """)
    let tail = try CommandLine("edit", "net.onnx", "-o", "tail.onnx", "--inputs", "conv1", "--json", in: folder)
    #expect(tail.status == 0, "\(tail.errors)")
    try CommandLine("run", "head.onnx", "--input", "set/input_0.pb", "-o", "first", in: folder)
    #expect(try values("first/conv1.npy", in: folder) == values("whole/conv1.npy", in: folder))
    let second = try CommandLine("run", "tail.onnx", "--input", "first/conv1.npy", "-o", "second", in: folder)
    #expect(second.status == 0, "\(second.errors)")
    let (found, expected) = (
      try values("second/output.npy", in: folder), try values("whole/output.npy", in: folder)
    )
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(found.count == 10)
  }

  @Test func addsOutputsAndRenames() throws {
    let folder = try folder()
    let made = try CommandLine(
      "edit", "net.onnx", "-o", "more.onnx", "--add-output", "fc1", "--rename", "fc1=features", "--rename",
      "input=image",
      in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let run = try CommandLine("run", "more.onnx", "--input", "image=set/input_0.pb", "-o", "more", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let (found, expected) = (try values("more/features.npy", in: folder), try values("whole/fc1.npy", in: folder))
    #expect(found.count == 120 && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "more/output.npy").path()))
  }

  /// A batch that is fixed becomes free, and runs with another.
  @Test func freesABatch() throws {
    let folder = try folder()
    #expect(
      try CommandLine("edit", "net.onnx", "-o", "one.onnx", "--input-shape", "1x1x32x32", in: folder).status == 0)
    let made = try CommandLine("edit", "one.onnx", "-o", "free.onnx", "--input-shape", "N,1,32,32", in: folder)
    #expect(made.status == 0 && made.output.contains("input   input: float32[N, 1, 32, 32]"), "\(made.errors)")
    #expect(try CommandLine("import", "one.onnx", in: folder).output.contains("input: float32[1, 1, 32, 32]"))
    #expect(try CommandLine("bench", "free.onnx", "--batch", "3", "--seconds", "0", in: folder).status == 0)
  }

  @Test(
    arguments: [
      ("edit net.onnx -o x.onnx", 64, "say what to change"),
      ("edit net.onnx -o x.onnx --outputs conv11", 64, "there is no value 'conv11'; did you mean conv1"),
      ("edit net.onnx -o x.onnx --inputs conv1 --outputs conv1", 64, "both an input and an output"),
      ("edit net.onnx -o x.onnx --inputs fc1 --outputs conv1", 64, "no output needs 'fc1'"),
      ("edit net.onnx -o x.onnx --inputs conv1.weight", 64, "'conv1.weight' is a constant"),
      ("edit net.onnx -o x.onnx --rename conv1", 64, "--rename conv1: write OLD=NEW"),
      ("edit net.onnx -o x.onnx --rename conv1=fc1", 64, "the name 'fc1' is taken or empty; choose another"),
      ("edit net.onnx -o x.pth --outputs conv1", 64, "weights alone have no values to cut at"),
      ("edit net.onnx -o net.onnx --outputs conv1", 64, "is the model that is read; --force writes over it"),
    ] as [(String, Int32, String)])
  func saysWhatIsWrong(_ command: String, _ status: Int32, _ message: String) throws {
    let folder = try folder()
    let page = try CommandLine(list: command.split(separator: " ").map(String.init), in: folder)
    #expect(page.status == status && page.errors.contains(message), "\(page.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "x.onnx").path()))
  }
}
