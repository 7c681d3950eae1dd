import CNNTensors
import TestSupport
import Testing

import CNNFormats

@Suite struct FileKindTests {
  private func kind(_ bytes: [UInt8]) -> FileKind { bytes.withUnsafeBytes { FileKind.recognize($0) } }
  private func kind(_ text: String) -> FileKind { kind(Array(text.utf8)) }

  @Test func texts() {
    #expect(kind("") == .empty)
    #expect(kind("<!DOCTYPE html><html>") == .html)
    #expect(kind("\u{feff}\n  <HTML lang=\"en\">") == .html)
    #expect(kind("<?xml version=\"1.0\"?><html xmlns=\"x\">") == .html)
    #expect(kind("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code></Error>") == .xml)
    #expect(kind("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12345\n") == .gitLFSPointer)
    #expect(kind("{\"error\": \"Not Found\"}") == .json)
    #expect(kind("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {\"a\": \"b\"}}") == .shardIndex)
    #expect(kind("Not Found") == .text)
    #expect(kind("Datei nicht gefunden – ✗") == .text)
  }

  @Test func marks() {
    #expect(kind([0x89] + Array("HDF\r\n\u{1a}\n".utf8)) == .hdf5)
    #expect(kind([0x1f, 0x8b, 8, 0]) == .gzip)
    #expect(kind([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]) == .sevenZip)
    #expect(kind("Rar!\u{1a}\u{7}") == .rar)
    #expect(kind("BZh91AY") == .bzip2)
    #expect(kind([0x93] + Array("NUMPY".utf8)) == .numpyArray)
    #expect(kind("GGUF") == .gguf)
    #expect(kind([0x1c, 0, 0, 0] + Array("TFL3".utf8)) == .tensorFlowLite)
    #expect(kind([0x89] + Array("PNG\r\n".utf8)) == .document)
    #expect(kind([0x7f] + Array("ELF".utf8)) == .program)
    #expect(kind([0x50, 0x4b, 3, 4]) == .zip)
    #expect(kind([0x80, 2, 0x7d, 0x2e]) == .pickle)
    #expect(kind([1, 2, 3, 0xff]) == .unknown)
    #expect(kind([8, 7, 0x12, 0]) == .unknown)
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(kind(tar) == .tar)
    tar.replaceSubrange(0..<8, with: Array("sys_info".utf8))
    #expect(kind(tar) == .torchTar)
    tar.replaceSubrange(257..<262, with: [0, 0, 0, 0, 0])
    #expect(kind(tar) == .torchTar)
  }

  @Test func legacyStreams() throws {
    let magic: [UInt8] = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
    let folder = try TemporaryFolder()
    for bytes in [
      [0x80, 2] + magic, [0x80, 4, 0x95, 13, 0, 0, 0, 0, 0, 0, 0] + magic, Array("L119547037146038801333356L\n.".utf8),
    ] {
      let path = try folder.write(bytes)
      #expect(try TorchReader.recognize(ModelFile(path: path)) == .certain)
    }
  }

  /// One line each, which says what the file is and, but for the readable ones, that it is of no use here.
  @Test(arguments: FileKind.allCases)
  func words(_ kind: FileKind) {
    #expect(kind.message.hasPrefix("is "))
    #expect(!kind.message.contains("\n"))
    #expect(FormatError.notWeights(kind).isUnsupported == kind.isForeignModel)
  }

  @Test func foreignFilesAreRefused() throws {
    #expect(try weightsError([]) == .notWeights(.empty))
    #expect(try weightsError(Array("<html></html>".utf8)) == .notWeights(.html))
    #expect(try weightsError([1, 2, 3]) == .notWeights(.unknown))
    let path = "\(WeightFixture.folder)/nothing"
    #expect(!CheckpointReader.looksLikeCheckpoint(path: path))
    #expect { try CheckpointReader.read(path: path) } throws: { ($0 as? FileError)?.isNotFound == true }
  }
}
