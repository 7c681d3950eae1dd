import Foundation
import TestSupport
import Testing

/// Nothing can be written, or too little is to be had: an exit code and one line, and nothing left behind.
@Suite struct SystemFaultTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", "--seed", "1", in: folder).status == 0)
    return folder
  }

  private func expectOneLine(_ errors: String, _ words: String) {
    #expect(errors.hasPrefix("cnnconv: ") && errors.contains(words), "\(errors)")
    #expect(errors.filter { $0 == "\n" }.count == 1, "\(errors)")
  }

  private static let printing = [
    "zoo", "zoo --json", "import net.onnx", "import net.onnx --json", "import net.onnx --graph", "--help", "--version",
    "import --help", "help run", "--generate-completion-script bash", "operators", "operators --markdown", "passes",
    "layers net.onnx", "layers net.onnx --csv", "verify net.onnx --against net.onnx",
    "verify net.onnx --against net.onnx --json",
    "bench net.onnx --seconds 0 --json", "run net.onnx --seed 1 -o .",
  ]

  @Test(arguments: printing) func fullDevice(_ command: String) throws {
    let result = try CommandLine(shell: "cnnconv \(command) > /dev/full", in: folder())
    #expect(result.status == 74)
    expectOneLine(result.errors, "standard output: cannot write: No space left on device")
  }

  @Test(arguments: printing) func closedOutput(_ command: String) throws {
    let result = try CommandLine(shell: "cnnconv \(command) >&-", in: folder())
    #expect(result.status == 74)
    expectOneLine(result.errors, "standard output: cannot write: Bad file descriptor")
  }

  /// A reader that has what it wants ends the program without a word.
  @Test(arguments: ["operators", "--help", "import net.onnx --json"]) func closedPipe(_ command: String) throws {
    let result = try CommandLine(shell: "cnnconv \(command) | true; echo ${PIPESTATUS[0]} >&2", in: folder())
    #expect(result.errors == "74\n" || result.errors == "0\n")
    // A pipe whose reader is gone before the program begins.
    let late = try CommandLine(shell: "(sleep 0.2; cnnconv \(command); echo $? >&2) | true", in: folder())
    #expect(late.errors == "74\n")
  }

  /// No file takes the number of a closed stream, to be written over by what is printed.
  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"]) func closedStreams(_ streams: String) throws {
    let folder = try folder()
    let before = try Data(contentsOf: folder.appending(path: "net.onnx"))
    let export = try CommandLine(shell: "cnnconv export net.onnx -o copy.onnx \(streams)", in: folder)
    #expect(export.status == 0)
    _ = try CommandLine(shell: "cnnconv import net.onnx --graph \(streams)", in: folder)
    _ = try CommandLine(shell: "cnnconv import missing.onnx --graph \(streams)", in: folder)
    #expect(try Data(contentsOf: folder.appending(path: "net.onnx")) == before)
    #expect(try CommandLine("verify", "net.onnx", "--against", "copy.onnx", in: folder).status == 0)
    #expect(TemporaryFolder.names(of: folder.path()) == ["copy.onnx", "net.onnx"])
  }

  @Test(arguments: [
    "export net.onnx -o out.onnx", "export net.onnx -o out.onnx --external-data", "export net.onnx -o out.pth",
    "export net.onnx -o out.safetensors", "fuse net.onnx -o out.onnx", "zoo lenet5 -o out.onnx",
    "zoo lenet5 -o net.onnx", "run net.onnx --seed 1 --keep conv1 -o .",
  ]) func sizeLimit(_ command: String) throws {
    let folder = try folder()
    let before = try Data(contentsOf: folder.appending(path: "net.onnx"))
    let result = try CommandLine(shell: "ulimit -f 4; cnnconv \(command)", in: folder)
    #expect(result.status == 74)
    expectOneLine(result.errors, "cannot write: File too large")
    #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx"])
    #expect(try Data(contentsOf: folder.appending(path: "net.onnx")) == before)
  }

  @Test func noFolderToWriteTo() throws {
    let folder = try folder()
    for (command, path) in [
      ("export net.onnx -o nowhere/out.onnx", "nowhere/out.onnx"), ("export net.onnx -o net.onnx/x.onnx", "net.onnx"),
      ("run net.onnx --seed 1 -o net.onnx", "net.onnx"), ("export net.onnx -o /proc/out.onnx", "/proc/out.onnx"),
    ] {
      let result = try CommandLine(shell: "cnnconv \(command)", in: folder)
      #expect(result.status == 73, "\(command)")
      expectOneLine(result.errors, "\(path)")
    }
    #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx"])
  }

  @Test func fewOpenFiles() throws {
    let folder = try folder()
    for limit in 3...24 {
      let result = try CommandLine(shell: "ulimit -n \(limit); cnnconv export net.onnx -o out.onnx", in: folder)
      #expect([0, 66, 73, 74, 75, 127].contains(result.status), "\(limit): \(result.status) \(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count <= 2)
      #expect(
        TemporaryFolder.names(of: folder.path()) == (result.status == 0 ? ["net.onnx", "out.onnx"] : ["net.onnx"]))
      try? FileManager.default.removeItem(at: folder.appending(path: "out.onnx"))
    }
  }

  /// Every amount of address space, from too little to begin to enough.
  @Test(arguments: [
    "import net.onnx", "run net.onnx --seed 1 -o out", "run net.onnx --seed 1 -o out --reference",
    "fuse net.onnx -o out.onnx", "export net.onnx -o out.pth",
  ]) func littleMemory(_ command: String) throws {
    let folder = try folder()
    for mebibytes in [40, 60, 70, 80, 90, 100, 120, 150, 200, 300, 500, 1000, 2000] {
      let result = try CommandLine(shell: "ulimit -v \(mebibytes << 10); cnnconv \(command)", in: folder)
      // Below some limit not even the system's loader, which says 127, has enough.
      #expect([0, 75, 127].contains(result.status), "\(mebibytes) MiB: \(result.status) \(result.errors)")
      if result.status == 75 { #expect(result.errors.hasPrefix("cnnconv: "), "\(mebibytes) MiB: \(result.errors)") }
      if mebibytes >= 1000 { #expect(result.status == 0, "\(mebibytes) MiB: \(result.errors)") }
    }
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func interrupted(signal: Int32, status: Int32) throws {
    let folder = try folder()
    try FileManager.default.copyItem(at: folder.appending(path: "net.onnx"), to: folder.appending(path: "out.onnx"))
    let old = try Data(contentsOf: folder.appending(path: "out.onnx"))
    var ended = 0
    for delay in [0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8] {
      let process = Process()
      process.executableURL = CommandLine.program
      process.arguments = ["zoo", "alexnet", "-o", "out.onnx", "--quiet"]
      process.currentDirectoryURL = folder
      try process.run()
      // Before the program listens to the signal, the system ends it; on a busy machine that can take a second.
      while process.isRunning, !listens(process.processIdentifier, to: signal) { Thread.sleep(forTimeInterval: 0.001) }
      Thread.sleep(forTimeInterval: delay)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect([0, status].contains(process.terminationStatus))
      #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx", "out.onnx"])
      if process.terminationStatus == status { ended += 1 }
      guard process.terminationStatus == 0 else {
        #expect(try Data(contentsOf: folder.appending(path: "out.onnx")) == old)
        continue
      }
      break
    }
    #expect(ended > 0)
  }

  /// Whether a process has a handler for a signal, as the bit mask `SigCgt` of its status tells.
  private func listens(_ process: Int32, to signal: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
      let mask = UInt64(line.dropFirst("SigCgt:".count).trimmingCharacters(in: .whitespaces), radix: 16)
    else { return false }
    return mask >> UInt64(signal - 1) & 1 == 1
  }

  /// A process of a shell that has no /proc.
  @Test func withoutProc() throws {
    let folder = try folder()
    let probe = try CommandLine(shell: "unshare -m sh -c 'umount -l /proc'", in: folder)
    guard probe.status == 0 else { return }  // not allowed here
    let program = CommandLine.program.path()
    for (arguments, file) in [
      ("import net.onnx", nil), ("export net.onnx -o out.onnx --external-data", "out.onnx"),
      ("run net.onnx --seed 1 -o out", "out"),
    ] {
      let result = try CommandLine(
        shell: "unshare -m sh -c 'umount -l /proc; exec \(program) \(arguments)'", in: folder)
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      if arguments.hasPrefix("import") { #expect(result.output.contains("LeNet-5")) }
      if let file { #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path())) }
    }
  }
}
