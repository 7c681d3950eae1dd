import Foundation
import TestSupport
import Testing

/// What shells complete, asked as they ask.
@Suite struct CompletionTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    for name in ["model.onnx", "weights.pth", "notes.txt"] {
      try Data().write(to: folder.appending(path: name))
    }
    try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: false)
    // Completion calls the program by the name that was typed.
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "cnnconv"), withDestinationURL: CommandLine.program)
    return folder
  }

  /// The words that bash would offer for the last word of a line.
  private func bash(_ words: [String], in folder: URL) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let line = words.joined(separator: " ")
    let script = """
      PATH="$PWD:$PATH"
      eval "$(command cnnconv --generate-completion-script bash)"
      COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); COMP_LINE='\(line)'; COMP_POINT=\(line.count)
      $(complete -p cnnconv | sed 's/.*-F \\([^ ]*\\).*/\\1/') cnnconv '\(words.last ?? "")' '\(words.dropLast().last ?? "")'
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try CommandLine(shell: "unset -f cnnconv\n\(script)", in: folder)
    #expect(result.errors == "")
    return result.output.split(separator: "\n").map(String.init).sorted()
  }

  @Test func commandsAndOptions() throws {
    let folder = try folder()
    #expect(try bash(["cnnconv", "ex"], in: folder) == ["export"])
    #expect(try bash(["cnnconv", "export", "--op"], in: folder) == ["--opset"])
    #expect(try bash(["cnnconv", "cache", "cl"], in: folder) == ["clear"])
    #expect(try bash(["cnnconv", "ma"], in: folder) == [])
  }

  @Test func files() throws {
    let folder = try folder()
    #expect(try bash(["cnnconv", "import", "mo"], in: folder) == ["model.onnx"])
    #expect(try bash(["cnnconv", "verify", "model.onnx", "--against", "w"], in: folder) == ["weights.pth"])
    let outputs = try bash(["cnnconv", "export", "model.onnx", "-o", ""], in: folder)
    #expect(outputs.contains("weights.pth") && outputs.contains("sub") && !outputs.contains("notes.txt"))
    #expect(try bash(["cnnconv", "run", "model.onnx", "-o", ""], in: folder) == ["sub"])
  }

  @Test func networksPassesAndValues() throws {
    let folder = try folder()
    let networks = try bash(["cnnconv", "zoo", "resnet5"], in: folder)
    #expect(networks.contains("resnet50") && networks.allSatisfy { $0.hasPrefix("resnet5") })
    #expect(try bash(["cnnconv", "import", "weights.pth", "--arch", "lenet5_"], in: folder) == ["lenet5_relu"])
    #expect(
      try bash(["cnnconv", "fuse", "model.onnx", "--passes", "absorb-s"], in: folder) == ["absorb-scales"])
    let second = try bash(["cnnconv", "fuse", "model.onnx", "--skip", "absorb-scales,fold-con"], in: folder)
    #expect(second == ["absorb-scales,fold-constants"])
    #expect(try bash(["cnnconv", "run", "model.onnx", "--compute", "re"], in: folder) == ["reference"])
    #expect(try bash(["cnnconv", "export", "model.onnx", "--format", "sa"], in: folder) == ["safetensors"])
  }

  /// The scripts are those of their shells, if they are there.
  @Test(arguments: ["bash", "zsh", "fish"]) func isAScript(shell: String) throws {
    let folder = try folder()
    let script = try CommandLine("--generate-completion-script", shell)
    #expect(script.status == 0)
    try script.outputBytes.write(to: folder.appending(path: "script"))
    guard let path = ["/bin", "/usr/bin"].map({ "\($0)/\(shell)" }).first(where: FileManager.default.isExecutableFile)
    else { return }
    let checked = try CommandLine(shell: "\(path) -n script", in: folder)
    #expect(checked.status == 0, "\(checked.errors)")
  }
}
