import CNNConv
import Foundation
import TestSupport
import Testing

/// Whatever names a file holds: a terminal obeys none of them, an error is one line that can be read, and JSON is JSON.
@Suite struct PrintedTextTests {
  static let names = [HostileNames.obeyed, HostileNames.long]

  /// Every command that prints something of a model, `M` being the model.
  static let commands = [
    "import M", "import M --graph --check-weights", "import M --json", "import M --input-shape other:1",
    "run M --seed 1 -o out", "run M", "run M --seed 1 --keep other", "run M --input M",
    "fuse M -o fused.onnx --explain",
    "fuse M -o fused.onnx --json", "fuse M -o fused.pth", "export M -o copy.onnx", "export M -o copy.onnx --opset 6",
    "export M -o copy.pth", "export M -o copy.safetensors", "verify M --against M --layers",
    "verify M --against M --json", "layers M", "layers M --csv", "layers M --json",
    "tensors M --stats", "tensors M --json", "diff M M", "diff M M --json",
    "bench M --seconds 0 --plan --profile --no-fuse", "bench M --seconds 0 --json",
  ]

  @Test(arguments: commands) func namesOfANetwork(_ command: String) throws {
    for name in Self.names {
      let folder = try CommandLine.temporaryFolder()
      try OnnxWriter.write(HostileNames.network(name), to: folder.appending(path: "m.onnx").path())
      try run(command.split(separator: " ").map { $0 == "M" ? "m.onnx" : String($0) }, in: folder)
    }
  }

  @Test func namesInErrors() throws {
    for name in Self.names {
      let folder = try CommandLine.temporaryFolder()
      for (reason, model) in try HostileNames.wrong(name).sorted(by: { $0.key < $1.key }) {
        try OnnxWriter.write(model, to: folder.appending(path: "m.onnx").path())
        let results = try [["import", "m.onnx"], ["import", "m.onnx", "--json"], ["run", "m.onnx", "--seed", "1"]].map {
          try run($0, in: folder)
        }
        // What an operator computes is asked only when it runs.
        #expect([65, 69].contains(results[2].status), "\(reason): \(results[2].errors)")
        #expect(results[2].errors.hasPrefix("cnnconv: m.onnx: "))
      }
    }
  }

  @Test func namesOfFilesAndSettings() throws {
    let folder = try CommandLine.temporaryFolder()
    let name = HostileNames.obeyed
    let model = "\(name).onnx"
    try OnnxWriter.write(HostileNames.network("n"), to: folder.appending(path: model).path(percentEncoded: false))
    for command in Self.commands {
      try run(command.split(separator: " ").map { $0 == "M" ? model : String($0) }, in: folder)
    }
    for name in [name, String(repeating: "A", count: 5000)] {
      for arguments in [
        [name], ["import", name], ["import", "--\(name)"], ["import", model, name], ["zoo", name, "-o", "x.onnx"],
        ["zoo", "lenet5", "-o", "\(name)/\(name).onnx"], ["zoo", "lenet5", "-o", name], ["verify", model, name],
        ["verify", "--suite", name], ["run", model, "--input", "\(name)=\(name)"], ["run", model, "--seed", name],
        ["run", model, "--keep", name, "--seed", "1"], ["import", model, "--arch", name],
        ["import", model, "--input-shape", name], ["import", model, "--input-shape", "\(name):1"],
        ["fuse", model, "-o", "x.onnx", "--passes", name], ["run", model, "--memory-limit", name],
      ] {
        let result = try run(arguments, in: folder)
        #expect([64, 65, 66, 73].contains(result.status), "\(arguments.map { $0.prefix(20) }): \(result.errors)")
      }
    }
  }

  @Test func keysOfWeights() throws {
    for name in Self.names {
      let folder = try CommandLine.temporaryFolder()
      let entries = try (0..<30).map { StateDictionary.Entry(key: "key\($0)\(name)", tensor: try Tensor([Float(1)])) }
      try SafetensorsWriter.write(entries, to: folder.appending(path: "m.safetensors").path())
      try TorchArchiveWriter.write(entries, to: folder.appending(path: "m.pth").path())
      for file in ["m.safetensors", "m.pth"] {
        for more in [[], ["--json"], ["--arch", "resnet18"], ["--state-dict", "other"]] {
          let result = try run(["import", file] + more, in: folder)
          #expect([64, 65, 69].contains(result.status))
        }
        try run(["export", file, "-o", "m.onnx"], in: folder)
      }
    }
  }

  /// Classes and functions that a pickle names, the keys of its dictionaries, and its texts.
  @Test func namesInPickles() throws {
    let name = HostileNames.obeyed.replacingOccurrences(of: "\n", with: "")
    func text(_ text: String) -> [UInt8] {
      [0x58] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
    }
    let global = Array("cmodule\(name)\nclass\(name)\n".utf8)
    let pickles: [String: [UInt8]] = [
      "a class": global + [0x2e],
      "a call": global + [0x28, 0x74, 0x52, 0x2e],
      "an object": global + [0x29, 0x81, 0x2e],
      "a storage that is missing": [0x7d] + text("key" + name) + Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
        + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("9" + name) + text("cpu")
        + Array("K\u{4}tQK\0(K\u{4}t(K\u{1}t".utf8) + [0x89, 0x4e, 0x74, 0x52, 0x73, 0x2e],
    ]
    for (what, pickle) in pickles {
      let folder = try CommandLine.temporaryFolder()
      try FileManager.default.createDirectory(at: folder.appending(path: "m/data"), withIntermediateDirectories: true)
      try Data([0x80, 2] + pickle).write(to: folder.appending(path: "m/data.pkl"))
      for more in [[], ["--json"], ["--arch", "resnet18"]] {
        let result = try run(["import", "m"] + more, in: folder)
        #expect(result.status == 65, "\(what): \(result.errors)")
      }
    }
  }

  @Test func namesOfCases() throws {
    let folder = try CommandLine.temporaryFolder()
    for name in ["fails\(HostileNames.obeyed)", "holds nothing"] {
      let place = folder.appending(path: "suite").appending(path: name)
      try FileManager.default.createDirectory(
        at: place.appending(path: "test_data_set_0\(HostileNames.obeyed)"), withIntermediateDirectories: true)
      try OnnxWriter.write(
        HostileNames.network(HostileNames.obeyed), to: place.appending(path: "model.onnx").path(percentEncoded: false))
    }
    for more in [[], ["--json"]] {
      #expect(try run(["verify", "--suite", "suite"] + more, in: folder).status == 1)
    }
  }

  // MARK: What is printed

  /// Runs a command and looks at every byte of what it prints.
  @discardableResult
  private func run(_ arguments: [String], in folder: URL) throws -> CommandLine {
    let result = try CommandLine(list: arguments, in: folder)
    let words = "\(arguments.map { $0.prefix(30) })"
    #expect(result.status >= 0, "\(words) ends in a signal")
    for bytes in [result.outputBytes, result.errorBytes] {
      let text = try #require(String(validating: bytes, as: UTF8.self), "\(words) prints what is not UTF-8")
      let raw = text.unicodeScalars.filter { $0 != "\n" && HostileNames.isForbidden($0) }
      #expect(raw.isEmpty, "\(words) prints \(Set(raw.map { String($0.value, radix: 16) })) raw")
      #expect(text.isEmpty || text.hasSuffix("\n"), "\(words) does not end its line")
    }
    let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 500 }, "\(words) prints long lines to stderr")
    if result.status > 1 {
      #expect(lines.count == 1, "\(words): \(lines.count) lines")
      #expect(result.errors.hasPrefix("cnnconv: "))
    }
    if arguments.contains("--json"), result.status <= 1 {
      #expect(throws: Never.self, "\(words)") { try JSONSerialization.jsonObject(with: Data(result.outputBytes)) }
    }
    return result
  }
}
