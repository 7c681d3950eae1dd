import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

@Suite struct AtomicFileTests {
  private func write(_ bytes: [UInt8], to file: AtomicFile) throws { try bytes.withUnsafeBytes { try file.write($0) } }

  @Test func appearsWhenPublished() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([9], "out")
    let file = try AtomicFile(path: path)
    try write([1, 2, 3], to: file)
    #expect(try contents(path) == [9])
    #expect(folder.names == ["out"])
    try AtomicFile.publish(file)
    #expect(try contents(path) == [1, 2, 3])
    #expect(folder.names == ["out"])
  }

  @Test func leavesNothingWhenGivenUp() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([9], "out")
    do {
      let file = try AtomicFile(path: path)
      try write([1, 2, 3], to: file)
    }
    #expect(folder.names == ["out"])
    #expect(try contents(path) == [9])
  }

  @Test func copiesStorages() throws {
    let folder = try TemporaryFolder()
    let source = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
    let mapped = try folder.map(source)
    let file = try AtomicFile(path: folder.path + "/out")
    var expected: [UInt8] = []
    for (offset, count) in [(1, 10), (5, 2_500_000), (7, 70_000), (0, 0), (2_999_999, 1)] {
      try file.write(Storage(file: mapped, offset: offset, count: count))
      expected += source[offset..<offset + count]
    }
    try source.withUnsafeBytes { try file.write(Storage(copying: $0)) }
    try file.writeZeros(5000)
    expected += source + [UInt8](repeating: 0, count: 5000)
    #expect(file.byteCount == expected.count)
    try AtomicFile.publish(file)
    #expect(try contents(folder.path + "/out") == expected)
  }

  @Test func sourceThatShrank() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 1, count: 200_000))
    let storage = try Storage(file: MappedFile(path: path), offset: 0, count: 200_000)
    truncate(path, 100_000)
    let file = try AtomicFile(path: folder.path + "/out")
    #expect(throws: FileError.self) { try file.write(storage) }
  }

  @Test func permissionsFollowTheMask() throws {
    let folder = try TemporaryFolder()
    let mask = umask(0)
    umask(mask)
    try AtomicFile.publish(AtomicFile(path: folder.path + "/out"))
    var status = stat()
    stat(folder.path + "/out", &status)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
  }

  @Test(arguments: ["/dev/null", "/tmp"])
  func refusesWhatIsNoFile(_ path: String) throws {
    #expect(throws: FileError.self) { _ = try AtomicFile(path: path) }
  }

  @Test func missingFolder() throws {
    #expect {
      _ = try AtomicFile(path: "/nonexistent/folder/out")
    } throws: {
      ($0 as? FileError)?.operation == .create && ($0 as? FileError)?.isNotFound == true
    }
  }

  @Test func longNames() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "ü", count: 127)
    try AtomicFile.publish(AtomicFile(path: "\(folder.path)/\(name)"))
    #expect(folder.names == [name])
  }
}
