import CNNConv
import Foundation
import TestSupport
import Testing

/// Pipes, devices and folders in the places of files: one line, and nobody waits for anybody.
@Suite struct UnusualFilesTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "good.onnx", in: folder)
    #expect(mkfifo(folder.appending(path: "pipe").path(), 0o644) == 0)
    try FileManager.default.createDirectory(at: folder.appending(path: "folder"), withIntermediateDirectories: false)
    return folder
  }

  static let failures = [
    Failure("import pipe", 65, "pipe: cannot open: is not a regular file"),
    Failure("import /dev/zero", 65, "/dev/zero: cannot open: is not a regular file"),
    Failure("import /dev/null", 65, "/dev/null: cannot open: is not a regular file"),
    Failure("import folder", 66, "folder: cannot open: Is a directory"),
    Failure("run good.onnx --input pipe", 65, "pipe: cannot open: is not a regular file"),
    Failure("run good.onnx --input /dev/zero", 65, "/dev/zero: cannot open: is not a regular file"),
    Failure("run good.onnx --input folder", 66, "folder: cannot open: Is a directory"),
    Failure("verify good.onnx --against pipe", 65, "pipe: cannot open: is not a regular file"),
  ]

  @Test(arguments: failures) func isOneLine(_ failure: Failure) throws { try failure.check(in: folder()) }

  /// A data file that is a pipe, a device or a folder.
  @Test(arguments: ["pipe", "zero", "folder"]) func dataOfAModel(_ location: String) throws {
    let folder = try folder()
    symlink("/dev/zero", folder.appending(path: "zero").path())
    var model = try HostileNames.network("")
    model.graph.initializers[0].payload = .external([OnnxEntry("location", location)])
    try OnnxWriter.write(model, to: folder.appending(path: "m.onnx").path())
    try Failure("import m.onnx", 65, "external data '\(location)'").check(in: folder)
  }

  /// A tolerance that is a pipe or a device, beside the model of a suite.
  @Test func toleranceOfACase() throws {
    let folder = try folder()
    let place = folder.appending(path: "suite/case")
    try FileManager.default.createDirectory(
      at: place.appending(path: "test_data_set_0"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: folder.appending(path: "good.onnx"), to: place.appending(path: "model.onnx"))
    #expect(mkfifo(place.appending(path: "tolerance.json").path(), 0o644) == 0)
    let result = try CommandLine("verify", "--suite", "suite", in: folder)
    #expect(result.status == 1)
    #expect(result.output.contains("case: failed: cannot open: is not a regular file"))
  }

  /// A file that must not be read.
  @Test(.enabled(if: getuid() != 0, "everybody may be read by root")) func permissions() throws {
    let folder = try folder()
    chmod(folder.appending(path: "good.onnx").path(), 0)
    try Failure("import good.onnx", 66, "good.onnx: cannot open: Permission denied").check(in: folder)
  }
}
