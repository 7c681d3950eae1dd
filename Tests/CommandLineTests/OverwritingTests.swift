import Foundation
import TestSupport
import Testing

/// The model that is read is written over only if that is asked for.
@Suite struct OverwritingTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder).status == 0)
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.pth", in: folder).status == 0)
    let files = FileManager.default
    try files.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: false)
    try files.createSymbolicLink(
      atPath: folder.appending(path: "link.onnx").path(), withDestinationPath: "net.onnx")
    try files.createSymbolicLink(atPath: folder.appending(path: "here").path(), withDestinationPath: ".")
    try files.linkItem(
      atPath: folder.appending(path: "net.onnx").path(), toPath: folder.appending(path: "hard.onnx").path())
    return folder
  }

  static let commands = [
    "fuse net.onnx -o net.onnx", "export net.onnx -o net.onnx", "import net.onnx -o net.onnx",
    "export net.pth -o net.pth", "fuse net.pth -o net.pth", "import net.pth -o net.pth",
    "export net.onnx -o link.onnx", "export link.onnx -o net.onnx", "export net.onnx -o here/net.onnx",
    "export net.onnx -o ./sub/../net.onnx", "export net.onnx -o hard.onnx", "export hard.onnx -o link.onnx",
  ]

  @Test(arguments: commands) func asksFirst(_ command: String) throws {
    let folder = try folder()
    func bytes() throws -> [Data] {
      try ["net.onnx", "net.pth"].map { try Data(contentsOf: folder.appending(path: $0)) }
    }
    let before = try bytes()
    try Failure(command, 64, "is the model that is read; --force writes over it").check(in: folder)
    #expect(try bytes() == before)
    let forced = try CommandLine(list: command.split(separator: " ").map(String.init) + ["--force"], in: folder)
    #expect(forced.status == 0, "\(forced.errors)")
  }

  /// What a run wrote before, it may write again.
  @Test(arguments: ["fuse net.onnx -o out.onnx", "export net.onnx -o out.onnx", "import net.pth -o out.pth"])
  func aRerunNeedsNoPermission(_ command: String) throws {
    let folder = try folder()
    for _ in 0..<2 {
      #expect(try CommandLine(list: command.split(separator: " ").map(String.init), in: folder).status == 0)
    }
  }

  /// Weights may lie in another file than the model.
  @Test func dataOfTheModelIsTheModelToo() throws {
    let folder = try folder()
    #expect(try CommandLine("export", "net.onnx", "-o", "big.onnx", "--external-data", in: folder).status == 0)
    let data = try #require(TemporaryFolder.names(of: folder.path()).first { $0.hasSuffix(".data") })
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "out.onnx").path(), withDestinationPath: data)
    try Failure("export big.onnx -o out.onnx", 64, "is the model that is read; --force writes over it")
      .check(in: folder)
  }

  /// A link that is given as output stays one; what it leads to is written.
  @Test func linksAreFollowed() throws {
    let folder = try folder()
    let link = folder.appending(path: "sub/latest.onnx").path()
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../made.onnx")
    #expect(try CommandLine("export", "net.onnx", "-o", "sub/latest.onnx", in: folder).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../made.onnx")
    #expect(try CommandLine("verify", "net.onnx", "--against", "made.onnx", in: folder).status == 0)
  }
}
