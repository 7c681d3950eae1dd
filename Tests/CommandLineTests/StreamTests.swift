import CNNConv
import Foundation
import TestSupport
import Testing

/// `-` is stdin or stdout.
@Suite struct StreamTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder).status == 0)
    return folder
  }

  private func bytes(_ name: String, in folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  @Test func aModelComesInOnStdin() throws {
    let folder = try folder()
    let model = try bytes("net.onnx", in: folder)
    let named = try CommandLine("import", "net.onnx", in: folder)
    let piped = try CommandLine(list: ["import", "-"], in: folder, input: model)
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(piped.output == named.output.replacing("net.onnx", with: "-"))
    let redirected = try CommandLine(shell: "cnnconv import - < net.onnx", in: folder)
    #expect(redirected.output == piped.output)
    for command in [
      ["layers", "-"], ["tensors", "-"], ["run", "-", "--seed", "1"], ["verify", "-", "--against", "net.onnx"],
      ["verify", "net.onnx", "--against", "-"], ["diff", "net.onnx", "-"], ["bench", "-", "--seconds", "0"],
      ["fuse", "-", "-o", "out.onnx"], ["export", "-", "-o", "out.pth"],
    ] {
      let result = try CommandLine(list: command, in: folder, input: model)
      #expect(result.status == 0, "\(command): \(result.errors)")
      #expect(!result.output.contains("/proc/"), "\(command)")
    }
  }

  @Test func tensorsComeInAndGoOut() throws {
    let folder = try folder()
    #expect(
      try CommandLine("run", "net.onnx", "--seed", "1", "-o", "out", "--fixture", "set", in: folder).status == 0)
    let piped = try CommandLine(
      list: ["run", "net.onnx", "--input", "-", "-o", "-"], in: folder, input: bytes("set/input_0.pb", in: folder))
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(piped.errors == "")
    try piped.outputBytes.write(to: folder.appending(path: "piped.npy"))
    let (a, b) = (
      try #require(TensorFile.read(folder.appending(path: "piped.npy").path()).first).tensor,
      try #require(TensorFile.read(folder.appending(path: "out/output.npy").path()).first).tensor
    )
    #expect(a.shape == b.shape)
    let pairs = zip(try a.values(as: Float.self), try b.values(as: Float.self))
    #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-4 })
    let kept = try CommandLine(
      list: ["run", "net.onnx", "--input", "input=-", "--keep", "conv1", "-o", "-"], in: folder,
      input: bytes("set/input_0.pb", in: folder))
    #expect(kept.status == 0)
    #expect(kept.outputBytes.count == 128 + 4 * 6 * 28 * 28)
  }

  /// The bytes are those of the file, and what is said goes to stderr.
  @Test(arguments: ["onnx", "pth", "safetensors", "npz"])
  func aModelGoesOut(ending: String) throws {
    let folder = try folder()
    #expect(try CommandLine("export", "net.onnx", "-o", "model.\(ending)", in: folder).status == 0)
    let piped = try CommandLine("export", "net.onnx", "-o", "-", "--format", ending, in: folder)
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(try piped.outputBytes == bytes("model.\(ending)", in: folder))
    #expect(piped.errors.hasSuffix("wrote -\n"))
  }

  @Test func reportsLeaveStdoutToTheModel() throws {
    let folder = try folder()
    #expect(try CommandLine("fuse", "net.onnx", "-o", "fused.onnx", in: folder).status == 0)
    let fused = try CommandLine("fuse", "net.onnx", "-o", "-", in: folder)
    #expect(try fused.outputBytes == bytes("fused.onnx", in: folder))
    #expect(fused.errors.hasPrefix("-\n") && fused.errors.contains("  nodes "))
    let imported = try CommandLine("import", "net.onnx", "-o", "-", in: folder)
    #expect(imported.errors.hasPrefix("net.onnx\n"))
    #expect(try imported.outputBytes == bytes("net.onnx", in: folder))
    let whole = try CommandLine(
      shell: "cnnconv zoo lenet5 -o - | cnnconv fuse - -o - | cnnconv verify net.onnx --against -", in: folder)
    #expect(whole.status == 0, "\(whole.errors)")
  }

  static let failures = [
    Failure("import -", 65, "-: is empty"),
    Failure("import net.onnx -o - --json", 64, "--json and -o - both write to stdout"),
    Failure("run net.onnx --seed 1 -o - --json", 64, "--json and -o - both write to stdout"),
    Failure("export net.onnx -o - --format onx", 64, "--format onx: there is no such format; did you mean onnx"),
    Failure("export net.onnx -o - --format zzzzzz", 64, "the formats are onnx, pth"),
    Failure("export net.onnx -o out.onnx --format onnx", 64, "--format goes with -o -"),
    Failure("run net.onnx --seed 1 --keep conv1 --keep conv2 -o -", 64, "-o - writes one tensor, and there are"),
    Failure("zoo lenet9 -o -", 64, "there is no architecture 'lenet9'"),
  ]

  @Test(arguments: failures) func isOneLine(_ failure: Failure) throws { try failure.check(in: folder()) }

  @Test(arguments: [["diff", "-", "-"], ["run", "-", "--input", "-"], ["verify", "-", "--against", "-"]])
  func stdinIsReadOnce(_ command: [String]) throws {
    let folder = try folder()
    let result = try CommandLine(list: command, in: folder, input: bytes("net.onnx", in: folder))
    #expect(result.status == 64)
    let message = "cnnconv: - is given twice, and stdin can be read once; name a file for one of them\n"
    #expect(result.errors == message)
  }

  /// Bytes that are no model are told as such, under the name that their user gave them.
  @Test func garbageIsNoModel() throws {
    let folder = try folder()
    let result = try CommandLine(list: ["import", "-"], in: folder, input: Data("hello".utf8))
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("cnnconv: -: is not a model"))
    let closed = try CommandLine(shell: "cnnconv import - <&-", in: folder)
    #expect((64...75).contains(closed.status))
  }

  /// Nothing is left behind, whether it works or not.
  @Test func nothingStays() throws {
    let folder = try folder()
    let scratch = try CommandLine.temporaryFolder()
    let variables = ["TMPDIR": scratch.path()]
    for command in [
      "cnnconv export net.onnx -o - > out", "cat net.onnx | cnnconv import -",
      "cnnconv export net.onnx -o - | head -c 1",
      "cnnconv export net.onnx -o - --format pth --arch vgg16 > out", "cnnconv run net.onnx --seed 1 -o - > out",
    ] { _ = try CommandLine(shell: command, in: folder, environment: variables) }
    #expect(TemporaryFolder.names(of: scratch.path()) == [])
  }
}
