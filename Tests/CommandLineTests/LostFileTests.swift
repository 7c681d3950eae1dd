import Foundation
import TestSupport
import Testing

/// The model is cut short, or written to, while a command reads it.
@Suite struct LostFileTests {
  private static let commands = [
    "run net.onnx --seed 1 -o out --no-plan-cache", "run net.onnx --seed 1 -o out --reference",
    "fuse net.onnx -o fused.onnx", "fuse net.onnx -o fused.onnx --no-verify",
    "import net.onnx --check-weights --json", "export net.onnx -o copy.onnx", "export net.onnx -o copy.safetensors",
    "verify net.onnx --against other.onnx",
  ]

  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    for name in ["net", "other"] {
      #expect(try CommandLine("zoo", "squeezenet1_1", "-o", "\(name).onnx", in: folder).status == 0)
    }
    return folder
  }

  /// What a command says and leaves if the file is gone under it, and if it is not.
  private func check(_ command: String, _ event: TracedCommand.Event, _ folder: URL, at step: Int) throws -> Bool {
    let before = TemporaryFolder.names(of: folder.path())
    let list = command.split(separator: " ").map(String.init)
    let traced = try TracedCommand(list, in: folder, event, at: step)
    guard let status = traced.status, traced.happened else { return false }
    // A command that opens the file once more after it was cut finds a broken model.
    #expect([0, 65, 74].contains(status), "step \(step): \(status) \(traced.errors)")
    if status != 0 {
      let isRead = status == 74
      #expect(
        traced.errors.hasPrefix("cnnconv: net.onnx: \(isRead ? "cannot read: " : "")"), "step \(step): \(traced.errors)"
      )
      #expect(traced.errors.filter { $0 == "\n" }.count == 1)
      #expect(traced.output == "")
      #expect(TemporaryFolder.names(of: folder.path()) == before, "step \(step)")
    }
    return true
  }

  @Test(arguments: commands, [0, 4096, 2_500_000]) func cutShort(_ command: String, size: Int) throws {
    let folder = try folder()
    let model = folder.appending(path: "net.onnx")
    let whole = try Data(contentsOf: model)
    #expect(whole.count > 4_000_000)
    for step in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89] {
      try whole.write(to: model, options: .atomic)
      guard try check(command, .cut(model, size), folder, at: step) else { break }
      for name in TemporaryFolder.names(of: folder.path()) where !["net.onnx", "other.onnx"].contains(name) {
        try FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
  }

  /// The bytes that a result was made of must be those of one file.
  @Test func writtenTo() throws {
    let folder = try folder()
    let model = folder.appending(path: "net.onnx")
    let traced = try TracedCommand(
      ["run", "net.onnx", "--seed", "1", "-o", "out", "--no-plan-cache"], in: folder, .rewrite(model, 3_000_000), at: 1)
    guard let status = traced.status else { return }  // nobody may trace here
    #expect(status == 74)
    #expect(traced.errors.contains("net.onnx: cannot read: it was changed"))
    #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx", "other.onnx"])
  }
}
