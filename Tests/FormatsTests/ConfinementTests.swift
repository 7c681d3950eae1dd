import CNNFormats
import CNNTensors
import Glibc
import Synchronization
import TestSupport
import Testing

/// Data files are read from the model's folder alone, whatever links say and whenever they are made.
@Suite struct ConfinementTests {
  private static let secret: [UInt8] = [0x5e, 0xc2]
  private static let own: [UInt8] = [1, 2]

  private func tensor(_ location: String) -> OnnxTensor {
    OnnxTensor(
      name: "w", elementType: .uint8, shape: [2], payload: .external([OnnxEntry("location", location)]))
  }

  /// The bytes of a data file, or `nil` if it is refused.
  private func read(_ location: String, besideModelAt path: String) -> [UInt8]? {
    (try? ExternalData(besideModelAt: path).resolved(tensor(location))).flatMap { bytes($0) }
  }

  /// The layout of a download cache: a model and its data are links into one folder, whose names are digests.
  @Test func modelAndDataAreLinksIntoOneFolder() throws {
    let folder = try TemporaryFolder()
    for name in ["blobs", "snapshots", "snapshots/1234", "elsewhere"] { mkdir(folder.file(name), 0o755) }
    try folder.write([0], "blobs/0a1b")
    try folder.write(Self.own, "blobs/2c3d")
    try folder.write(Self.secret, "elsewhere/secret")
    symlink("../../blobs/0a1b", folder.file("snapshots/1234/model.onnx"))
    symlink("../../blobs/2c3d", folder.file("snapshots/1234/model.onnx_data"))
    symlink("../../elsewhere/secret", folder.file("snapshots/1234/other"))
    let model = folder.file("snapshots/1234/model.onnx")
    #expect(read("model.onnx_data", besideModelAt: model) == Self.own)
    #expect(read("other", besideModelAt: model) == nil)
  }

  /// A model that is no link itself cannot name a link that leads away.
  @Test func dataIsALinkElsewhere() throws {
    let folder = try TemporaryFolder()
    for name in ["model", "other"] { mkdir(folder.file(name), 0o755) }
    try folder.write([0], "model/model.onnx")
    try folder.write(Self.secret, "other/w.bin")
    symlink("../other/w.bin", folder.file("model/w.bin"))
    #expect(read("w.bin", besideModelAt: folder.file("model/model.onnx")) == nil)
  }

  /// Names that are the same to a reader, but not to the system, are different folders.
  @Test func namesAreComparedByteByByte() throws {
    let folder = try TemporaryFolder()
    for name in ["\u{e9}", "e\u{301}"] { mkdir(folder.file(name), 0o755) }
    try folder.write([0], "\u{e9}/model.onnx")
    try folder.write(Self.secret, "e\u{301}/w.bin")
    symlink("../e\u{301}/w.bin", folder.file("\u{e9}/w.bin"))
    #expect(read("w.bin", besideModelAt: folder.file("\u{e9}/model.onnx")) == nil)
  }

  /// What was judged is what is opened: a link that stands on the way by then is refused.
  @Test func noLinkIsFollowedOnTheWay() throws {
    let folder = try TemporaryFolder()
    mkdir(folder.file("data"), 0o755)
    try folder.write(Self.own, "data/w.bin")
    symlink("data", folder.file("away"))
    symlink("w.bin", folder.file("data/link.bin"))
    #expect(try MappedFile("data/w.bin", below: folder.path).byteCount == 2)
    for name in ["away/w.bin", "data/link.bin", "data/none.bin", "data"] {
      #expect(throws: FileError.self) { try MappedFile(name, below: folder.path) }
    }
  }

  /// Somebody exchanges the data file for a link, over and over, while it is opened.
  @Test func linksThatComeAndGo() async throws {
    let outside = try TemporaryFolder()
    try outside.write(Self.secret, "secret.bin")
    let folder = try TemporaryFolder()
    try folder.write([0], "model.onnx")
    try folder.write(Self.own, "file")
    let (file, data, secret) = (folder.file("file"), folder.file("w.bin"), outside.file("secret.bin"))
    let flag = Flag()
    let exchange = Task.detached {
      while !flag.isSet.load(ordering: .relaxed) {
        link(file, data)
        unlink(data)
        symlink(secret, data)
        unlink(data)
      }
    }
    for _ in 0..<3000 {
      let found = read("w.bin", besideModelAt: folder.file("model.onnx"))
      #expect(found == nil || found == Self.own)
    }
    flag.isSet.store(true, ordering: .relaxed)
    await exchange.value
  }

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }
}
