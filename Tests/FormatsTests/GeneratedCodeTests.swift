import CNNTensors
import Glibc
import TestSupport
import Testing

@Suite struct GeneratedCodeTests {
  private static let root = fixture("../..")

  private static func run(_ arguments: [String]) -> Int32 {
    var pid: pid_t = 0
    let list = arguments.map { strdup($0) } + [nil]
    defer { list.forEach { free($0) } }
    guard posix_spawnp(&pid, arguments[0], nil, nil, list, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// `Sources/COnnxProto` is what `Scripts/generate-proto.sh` makes of `Proto/onnx.proto`.
  @Test(
    .enabled("protoc-c is not installed (Debian: protobuf-c-compiler)") {
      run(["sh", "-c", "command -v protoc-c > /dev/null"]) == 0
    })
  func generatingAgainChangesNothing() throws {
    let folder = try TemporaryFolder()
    #expect(Self.run(["\(Self.root)/Scripts/generate-proto.sh", folder.path]) == 0)
    for name in ["onnx.pb-c.c", "include/onnx.pb-c.h"] {
      #expect(try contents("\(folder.path)/\(name)") == contents("\(Self.root)/Sources/COnnxProto/\(name)"))
    }
  }
}
