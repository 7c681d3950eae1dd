import CNNConv
import Foundation
import TestSupport
import Testing

/// Tests, and the processes that they start, leave the home folder alone.
@Suite struct HomeFolderTests {
  private let home = "\(TemporaryFolder.session)/home"
  private let plans = "\(TemporaryFolder.session)/plans"

  @Test func variablesPointAway() {
    let environment = ProcessInfo.processInfo.environment
    #expect(environment["HOME"] == home)
    #expect(environment["CNNCONV_CACHE"] == plans)
    #expect(PlanCache.standard?.folder == plans)
  }

  /// A plan that is worth keeping goes where the tests' plans go.
  @Test func commandsWriteNothingThere() throws {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "resnet18", "-o", "resnet.onnx", in: folder).status == 0)
    let before = Set(TemporaryFolder.names(of: plans))
    #expect(try CommandLine("run", "resnet.onnx", "--seed", "1", in: folder).status == 0)
    #expect(Set(TemporaryFolder.names(of: plans)).subtracting(before).contains { $0.hasSuffix(".plan") })
    #expect(TemporaryFolder.names(of: home) == [])
  }

  /// If nothing points elsewhere, the program does write there: the test above can fail.
  @Test func commandsWouldWriteThere() throws {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "resnet18", "-o", "resnet.onnx", in: folder).status == 0)
    let other = folder.appending(path: "home").path()
    let variables = ["HOME": other, "CNNCONV_CACHE": "", "XDG_CACHE_HOME": ""]
    let run = try CommandLine(list: ["run", "resnet.onnx", "--seed", "1"], in: folder, environment: variables)
    #expect(run.status == 0)
    #expect(TemporaryFolder.names(of: "\(other)/.cache/cnnconv").contains { $0.hasSuffix(".plan") })
  }
}
