import Foundation
import TestSupport
import Testing

/// The program is killed at each of its calls that change files.
@Suite struct KillTests {
  /// A command that replaces what another one wrote.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes the old state, and the new one.
    let old: [String]
    let new: [String]
    /// Compares what is there: exit 0 if it is the old state, or the new one.
    let isOld: [String]
    let isNew: [String]
    /// What a later run leaves.
    let left: Int

    init(_ name: String, _ command: String, _ output: String, left: Int = 1) {
      testDescription = name
      old = command.replacing("IN", with: "a.onnx").split(separator: " ").map(String.init)
      new = command.replacing("IN", with: "b.onnx").split(separator: " ").map(String.init)
      isOld = ["verify", output, "--against", "a.onnx"]
      isNew = ["verify", output, "--against", "b.onnx"]
      self.left = left
    }
  }

  /// SIGKILL, as ``TracedCommand`` gives it.
  private static let killed: Int32 = -247

  static let cases = [
    Case("external data", "export IN -o out/x.onnx --external-data --quiet", "out/x.onnx", left: 2),
    Case("one file", "export IN -o out/x.onnx --quiet", "out/x.onnx"),
    Case("safetensors", "export IN -o out/x.safetensors --quiet --no-verify", "out/x.safetensors"),
    Case("PyTorch", "export IN -o out/x.pth --quiet --no-verify", "out/x.pth"),
    Case("fuse", "fuse IN -o out/x.onnx --quiet --no-verify", "out/x.onnx"),
  ]

  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    try FileManager.default.createDirectory(at: folder.appending(path: "out"), withIntermediateDirectories: false)
    #expect(try CommandLine("zoo", "lenet5", "-o", "a.onnx", "--seed", "1", in: folder).status == 0)
    #expect(try CommandLine("zoo", "lenet5", "-o", "b.onnx", "--seed", "2", in: folder).status == 0)
    return folder
  }

  @Test(arguments: cases) func oldOrNew(_ one: Case) throws {
    let folder = try folder()
    for step in 0... {
      #expect(try CommandLine(list: one.old, in: folder).status == 0)
      let traced = try TracedCommand(one.new, in: folder, .kill, at: step)
      guard let status = traced.status else { return }  // nobody may trace here
      let isOld = try CommandLine(list: one.isOld, in: folder).status == 0
      let isNew = try CommandLine(list: one.isNew, in: folder).status == 0
      #expect(isOld != isNew, "step \(step)")
      guard traced.happened else {
        #expect(status == 0 && isNew && step > 4, "\(traced.errors)")
        break
      }
      #expect(status == Self.killed)
      #expect(try CommandLine(list: one.new, in: folder).status == 0)
      let names = TemporaryFolder.names(of: folder.appending(path: "out").path())
      #expect(names.count == one.left, "step \(step): \(names)")
    }
  }

  /// Outputs of one run appear together: all old, or all new.
  @Test(arguments: [false, true]) func outputsOfARun(folderIsThere: Bool) throws {
    let folder = try folder()
    let out = folder.appending(path: "results")
    func run(_ model: String) -> [String] { ["run", model, "--seed", "1", "-o", "results", "--keep", "conv1"] }
    func contents() -> [String: Data] {
      let names = TemporaryFolder.names(of: out.path()).filter { !$0.hasPrefix(".") }
      return Dictionary(
        uniqueKeysWithValues: names.map { ($0, (try? Data(contentsOf: out.appending(path: $0))) ?? Data()) })
    }
    #expect(try CommandLine(list: run("b.onnx"), in: folder).status == 0)
    let new = contents()
    try FileManager.default.removeItem(at: out)
    #expect(try CommandLine(list: run("a.onnx"), in: folder).status == 0)
    let old = contents()
    #expect(old.count == 2 && new.count == 2 && old != new)
    for step in 0... {
      try? FileManager.default.removeItem(at: out)
      if folderIsThere { #expect(try CommandLine(list: run("a.onnx"), in: folder).status == 0) }
      let traced = try TracedCommand(run("b.onnx"), in: folder, .kill, at: step)
      guard traced.status != nil else { return }  // nobody may trace here
      let found = contents()
      #expect(found == (folderIsThere ? old : [:]) || found == new, "step \(step): \(found.keys)")
      guard traced.happened else {
        #expect(traced.status == 0 && found == new && step > 4, "\(traced.errors)")
        break
      }
      #expect(try CommandLine(list: run("b.onnx"), in: folder).status == 0)
      #expect(contents() == new)
      #expect(TemporaryFolder.names(of: folder.path()) == ["a.onnx", "b.onnx", "out", "results"], "step \(step)")
      #expect(TemporaryFolder.names(of: out.path()).count == 2, "step \(step)")
    }
  }

  /// Whatever is left in the cache, the next run gives what the first one gave.
  @Test func planCache() throws {
    let folder = try CommandLine.temporaryFolder()
    let cache = folder.appending(path: "cache")
    let environment = ["CNNCONV_CACHE": cache.path()]
    let run = ["run", "net.onnx", "--seed", "1", "-o", "out"]
    #expect(try CommandLine("zoo", "resnet18", "-o", "net.onnx", "--classes", "10", in: folder).status == 0)
    let expected = try CommandLine(list: run + ["--no-plan-cache"], in: folder).output
    for step in 0... {
      try? FileManager.default.removeItem(at: cache)
      let traced = try TracedCommand(run, in: folder, environment: environment, .kill, at: step)
      guard traced.status != nil else { return }  // nobody may trace here
      let plans = TemporaryFolder.names(of: cache.path()).filter { $0.hasSuffix(".plan") }
      let again = try CommandLine(list: run, in: folder, environment: environment)
      #expect(again.status == 0 && again.output == expected, "step \(step): \(again.errors)")
      guard traced.happened else {
        #expect(traced.status == 0 && plans.count == 1 && step > 8, "\(plans)")
        break
      }
    }
  }

  /// In a folder that holds other files, too, there are never new outputs beside old ones.
  @Test func outputsAmongOtherFiles() throws {
    let folder = try folder()
    let out = folder.appending(path: "results")
    func run(_ model: String) -> [String] { ["run", model, "--seed", "1", "-o", "results", "--keep", "conv1"] }
    func contents() throws -> [Data?] {
      ["output.npy", "conv1.npy"].map { try? Data(contentsOf: out.appending(path: $0)) }
    }
    #expect(try CommandLine(list: run("b.onnx"), in: folder).status == 0)
    let new = try contents()
    #expect(try CommandLine(list: run("a.onnx"), in: folder).status == 0)
    let old = try contents()
    try Data([1]).write(to: out.appending(path: "other"))
    for step in 0... {
      #expect(try CommandLine(list: run("a.onnx"), in: folder).status == 0)
      let traced = try TracedCommand(run("b.onnx"), in: folder, .kill, at: step)
      guard traced.status != nil else { return }  // nobody may trace here
      let found = try contents()
      let (isOld, isNew) = (zip(found, old).map { $0 == $1 }, zip(found, new).map { $0 == $1 })
      #expect(found != [nil, nil] && !(isOld.contains(true) && isNew.contains(true)), "step \(step)")
      guard traced.happened else { break }
      #expect(try CommandLine(list: run("b.onnx"), in: folder).status == 0)
      #expect(try contents() == new)
      #expect(TemporaryFolder.names(of: out.path()) == ["conv1.npy", "other", "output.npy"], "step \(step)")
    }
  }
}
