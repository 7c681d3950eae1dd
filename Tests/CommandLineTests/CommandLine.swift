import Foundation
import TestSupport

/// Runs the built program as a user would.
struct CommandLine {
  let status: Int32
  /// What was printed, byte by byte.
  let outputBytes: Data
  let errorBytes: Data
  var output: String { String(decoding: outputBytes, as: UTF8.self) }
  var errors: String { String(decoding: errorBytes, as: UTF8.self) }

  /// The products lie beside the test bundle.
  static var program: URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let folder =
      bundle?.deletingLastPathComponent()
      ?? URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    return folder.appending(path: "cnnconv")
  }

  @discardableResult
  init(_ arguments: String..., in folder: URL = CommandLine.root) throws { try self.init(list: arguments, in: folder) }

  /// - Parameter input: what comes in on stdin, through a pipe.
  init(
    list arguments: [String], in folder: URL = CommandLine.root, environment: [String: String] = [:],
    input: Data? = nil
  ) throws {
    let process = Self.process(arguments, in: folder, environment)
    if let input {
      // A program that stops reading early must not end the tests.
      let file = try Self.temporaryFolder().appending(path: "input")
      try input.write(to: file)
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", "cat -- \"$0\" | \"$@\"", file.path(), Self.program.path()] + arguments
    }
    let (out, err) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // stderr is one line or little more: it fits the pipe while stdout is read.
    outputBytes = out.fileHandleForReading.readDataToEndOfFile()
    errorBytes = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Runs a line of the shell; `cnnconv` in it is the built program.
  init(shell line: String, in folder: URL, environment: [String: String] = [:]) throws {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "cnnconv() { \(Self.program.path()) \"$@\"; }; set -o pipefail; \(line)"]
    process.currentDirectoryURL = folder
    let (out, err) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    outputBytes = out.fileHandleForReading.readDataToEndOfFile()
    errorBytes = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  private static func process(_ arguments: [String], in folder: URL, _ environment: [String: String]) -> Process {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    return process
  }

  /// Starts the program, whose output nobody reads.
  static func start(_ arguments: [String], in folder: URL, environment: [String: String] = [:]) throws -> Process {
    let process = process(arguments, in: folder, environment)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  static let root = FixtureFolders.root

  /// A new folder that is there until the process ends.
  static func temporaryFolder() throws -> URL { URL(filePath: try TemporaryFolder.make()) }
}
