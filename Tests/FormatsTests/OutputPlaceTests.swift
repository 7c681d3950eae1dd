import CNNSystem
import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

/// Where an output goes if something odd is in its place.
@Suite struct OutputPlaceTests {
  private func write(_ text: String, to path: String) throws {
    let file = try AtomicFile(path: path)
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
    try AtomicFile.publish(file)
  }

  private func text(_ path: String) throws -> String { String(decoding: try contents(path), as: UTF8.self) }

  private func isLink(_ path: String) -> Bool { FileStatus(path: path, followsLink: false)?.kind == .link }

  @Test func linksAreFollowed() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    try other.write(Array("old".utf8), "target")
    symlink(other.file("target"), folder.file("absolute"))
    symlink("absolute", folder.file("chained"))
    try write("new", to: folder.file("chained"))
    #expect(isLink(folder.file("chained")) && isLink(folder.file("absolute")))
    #expect(try text(other.file("target")) == "new")
    #expect(folder.names == ["absolute", "chained"])
    #expect(other.names == ["target"])
  }

  @Test func danglingLinksMakeTheTarget() throws {
    let folder = try TemporaryFolder()
    symlink("later", folder.file("link"))
    try write("new", to: folder.file("link"))
    #expect(isLink(folder.file("link")))
    #expect(try text(folder.file("later")) == "new")
  }

  @Test func endlessLinks() throws {
    let folder = try TemporaryFolder()
    symlink("b", folder.file("a"))
    symlink("a", folder.file("b"))
    #expect {
      try write("new", to: folder.file("a"))
    } throws: {
      ($0 as? FileError)?.operation == .create && ($0 as? FileError)?.number == ELOOP
    }
    #expect(folder.names == ["a", "b"])
  }

  @Test func externalDataLiesBesideTheTarget() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    symlink(other.file("target.onnx"), folder.file("link.onnx"))
    var model = OnnxModel()
    let storage = try Storage(byteCount: 5000) { $0.initializeMemory(as: UInt8.self, repeating: 7) }
    model.graph.initializers = [OnnxTensor(name: "a", elementType: .uint8, shape: [5000], payload: .bytes(storage))]
    try OnnxWriter.write(model, to: folder.file("link.onnx"), externalData: .always())
    #expect(folder.names == ["link.onnx"])
    #expect(other.names.count == 2)
    for path in [folder.file("link.onnx"), other.file("target.onnx")] {
      let tensor = try #require(OnnxReader.readModel(MappedFile(path: path)).graph.initializers.first)
      #expect(bytes(try ExternalData(besideModelAt: path).resolved(tensor))?.count == 5000)
    }
  }

  @Test(arguments: [0o600, 0o640, 0o444, 0o777] as [mode_t])
  func permissionsStay(_ permissions: mode_t) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1], "out")
    chmod(path, permissions)
    try write("new", to: path)
    #expect(FileStatus(path: path)?.permissions == UInt16(permissions))
  }

  @Test func pipesAreRefused() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.file("pipe"), 0o600)
    #expect(throws: FileError.self) { try write("new", to: folder.file("pipe")) }
    symlink("/dev/null", folder.file("null"))
    #expect(throws: FileError.self) { try write("new", to: folder.file("null")) }
    #expect(folder.names == ["null", "pipe"])
  }

  @Test(arguments: [255, 256]) func names(length: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(String(repeating: "n", count: length))
    if length <= 255 {
      try write("new", to: path)
      #expect(try text(path) == "new")
    } else {
      #expect { try write("new", to: path) } throws: { ($0 as? FileError)?.operation == .create }
      #expect(folder.names == [])
    }
  }

  /// What a killed process left goes with the next write; what a living one makes stays.
  @Test func leftoversGo() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], ".out.0123456789abc.cnnconv-part")
    try folder.write([1], ".other.0123456789abc.cnnconv-part")
    let held = open(folder.file(".out.held56789abcd.cnnconv-part"), O_CREAT | O_WRONLY, 0o600)
    defer { close(held) }
    #expect(flock(held, LOCK_EX) == 0)
    try write("new", to: folder.file("out"))
    #expect(folder.names == [".other.0123456789abc.cnnconv-part", ".out.held56789abcd.cnnconv-part", "out"])
  }
}
