import Foundation
import TestSupport
import Testing

/// What `--json` prints is what the schemas say.
@Suite struct SchemaTests {
  /// A folder with models of several kinds and all that the commands below need.
  private static let folder = Result<URL, any Error> {
    let folder = try CommandLine.temporaryFolder()
    let fusing = CommandLine.root.appending(path: "Fixtures/Fusing")
    for (name, file) in [("repvgg-identity", "block.onnx"), ("pointwise-narrow", "narrow.onnx")] {
      try FileManager.default.copyItem(
        at: fusing.appending(path: "\(name)/model.onnx"), to: folder.appending(path: file))
    }
    for name in ["columns.onnx", "places.onnx"] {
      try FileManager.default.copyItem(
        at: CommandLine.root.appending(path: "Fixtures/Images/\(name)"), to: folder.appending(path: name))
    }
    try FileManager.default.copyItem(
      at: CommandLine.root.appending(path: "Fixtures/Images/files/rgba-16-interlaced.png"),
      to: folder.appending(path: "picture.png"))
    for line in [
      "zoo lenet5 -o net.onnx", "zoo lenet5 -o net.pth", "zoo lenet5 -o other.pth --seed 9",
      "fuse block.onnx -o fused.onnx", "run net.onnx --seed 1 --fixture set",
      "export net.onnx -o suite/case/model.onnx", "run net.onnx --seed 1 --fixture suite/case/test_data_set_0",
      "export net.onnx -o suite/wrong/model.onnx", "run net.onnx --seed 1 --fixture suite/wrong/test_data_set_0",
    ] {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "export" {
        try FileManager.default.createDirectory(
          at: folder.appending(path: words[3]).deletingLastPathComponent(), withIntermediateDirectories: true)
      }
      let result = try CommandLine(list: words, in: folder)
      #expect(result.status == 0, "\(line): \(result.errors)")
    }
    try FileManager.default.removeItem(at: folder.appending(path: "suite/wrong/test_data_set_0/input_0.pb"))
    return folder
  }

  static let commands = [
    "import net.onnx", "import net.pth", "import block.onnx --input-shape N,8,9,9", "import net.onnx -o copy.onnx",
    "layers net.onnx", "layers block.onnx --depth 1", "tensors net.pth", "tensors net.pth --stats",
    "diff net.onnx net.pth", "diff net.pth other.pth", "diff net.onnx block.onnx", "fuse block.onnx -o made.onnx",
    "fuse narrow.onnx -o made.onnx --explain", "fuse block.onnx -o made.onnx --no-verify",
    "export net.pth -o made.onnx", "export net.pth -o made.safetensors", "run net.onnx --seed 1",
    "run net.onnx --seed 1 --keep conv1 -o out --fixture set2", "run block.onnx --seed 1", "verify net.onnx set",
    "verify net.onnx --against net.pth", "verify net.pth --against other.pth",
    "verify block.onnx --against fused.onnx --layers", "verify net.onnx --against other.pth --images picture.png",
    "verify --suite suite", "zoo", "zoo lenet5 -o made.pth",
    "bench net.onnx --seconds 0", "bench net.onnx --seconds 0 --check --profile", "run net.onnx --image picture.png",
    "bench --compare net.onnx net.pth --seconds 0", "operators", "passes", "cache",
    "edit net.onnx -o made.onnx --outputs conv2", "edit net.onnx -o made.onnx --rename conv1=first --no-verify",
    "run columns.onnx --image picture.png", "run places.onnx --image picture.png", "cache list", "cache clear",
    "draw net.onnx -o made.svg", "report net.onnx -o made.html",
  ]

  private static func file(_ command: String) -> URL {
    CommandLine.root.appending(path: "Documentation/schemas/v1/\(command).json")
  }

  @Test(arguments: commands) func fits(_ command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let folder = try Self.folder.get()
    let cache = folder.appending(path: "cache").path()
    let result = try CommandLine(list: words + ["--json"], in: folder, environment: ["CNNCONV_CACHE": cache])
    #expect(result.status <= 1, "\(result.errors)")
    let problems = try JSONSchema(contentsOf: Self.file(words[0])).problems(in: result.outputBytes)
    #expect(problems.isEmpty, "\(problems.prefix(5)) in \(result.output.prefix(400))")
  }

  /// A schema for each command, which is tried above, and `--json` for each.
  @Test func everyCommandHasOne() throws {
    for command in try HelpTests.commands() where command.path.count == 1 {
      let name = command.path[0]
      #expect(FileManager.default.fileExists(atPath: Self.file(name).path()), "\(name) has no schema")
      #expect(
        Self.commands.contains { $0.split(separator: " ").first.map(String.init) == name }, "\(name) is not tried")
      let names = command.all.flatMap { $0.arguments ?? [] }.flatMap { $0.names ?? [] }.map(\.name)
      #expect(names.contains("json"), "\(name) has no --json")
    }
  }

  /// A schema that fits anything would show nothing.
  @Test func aDocumentThatDoesNotFitIsTold() throws {
    let schema = try JSONSchema(contentsOf: Self.file("diff"))
    for (document, problem) in [
      (#"{"first":"a","second":"b","agrees":true,"equal":1}"#, "$.changes: is missing"),
      (#"{"first":"a","second":"b","agrees":1,"equal":1,"changes":[]}"#, "$.agrees: is no boolean"),
      (#"{"first":"a","second":"b","agrees":true,"equal":-1,"changes":[]}"#, "$.equal: is less than 0"),
      (#"{"first":"a","second":"b","agrees":true,"equal":1.5,"changes":[]}"#, "$.equal: is no integer"),
      (#"{"first":"a","second":"b","agrees":true,"equal":1,"changes":[],"x":1}"#, "$.x: is not in the schema"),
      (
        #"{"first":"a","second":"b","agrees":true,"equal":1,"changes":[{"name":"n","kind":"odd"}]}"#,
        "$.changes[0].kind: is none of"
      ),
      (
        #"{"first":"a","second":"b","agrees":true,"equal":1,"changes":[{"name":"n","kind":"gone","before":{"type":"t"}}]}"#,
        "$.changes[0].before.shape: is missing"
      ),
    ] {
      let problems = try schema.problems(in: Data(document.utf8))
      #expect(problems.count == 1 && problems[0].hasPrefix(problem), "\(problems)")
    }
  }
}
