import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

/// Weights in several files: `Fixtures/Shards`, written by PyTorch and safetensors, and indexes made by hand.
@Suite struct ShardTests {
  private static let indexes = ["model.safetensors.index.json", "pytorch_model.bin.index.json"]

  private func read(_ path: String) throws -> Checkpoint { try ShardReader.read(ModelFile(path: path)) }

  @Test(arguments: indexes) func isAsInOneFile(_ name: String) throws {
    let path = FixtureFolders.path("Shards/\(name)")
    #expect(try ShardReader.recognize(ModelFile(path: path)) == .certain)
    let found = try read(path).candidates[0].dictionary
    let whole = FixtureFolders.path("Shards/whole.safetensors")
    let expected = try CheckpointReader.read(path: whole).candidates[0].dictionary
    #expect(found.entries.count == expected.entries.count)
    for entry in expected.entries {
      let tensor = try #require(found[entry.key], "\(entry.key)")
      #expect(tensor.elementType == entry.tensor.elementType && tensor.shape == entry.tensor.shape)
      let isSame = tensor.withBytes { ours in entry.tensor.withBytes { ours.elementsEqual($0) } }
      #expect(isSame, "\(entry.key)")
    }
  }

  @Test func othersAreNoIndexes() throws {
    let folder = try TemporaryFolder()
    for text in ["", "{", "{\"weights\": {}}", "[\"weight_map\"]", "\"weight_map\": {}"] {
      let input = try ModelFile(path: folder.write(Array(text.utf8)))
      #expect(ShardReader.recognize(input) == .none, "\(text)")
    }
    let whole = try ModelFile(path: FixtureFolders.path("Shards/whole.safetensors"))
    #expect(ShardReader.recognize(whole) == .none)
  }

  // MARK: Refusals

  /// A safetensors file of one number for each name.
  private func shard(_ names: String...) -> [UInt8] {
    let records = names.enumerated().map { index, name in
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[\(index),\(index + 1)]}"
    }
    let header = "{\(records.joined(separator: ","))}"
    return Pickle.number(UInt64(header.utf8.count)) + Array(header.utf8) + names.map { _ in 7 }
  }

  private func refusal(_ map: String, _ folder: TemporaryFolder) throws -> String {
    let path = try folder.write(Array("{\"weight_map\": \(map)}".utf8), "model.index.json")
    do { _ = try read(path) } catch let fault as any FormatFault {
      #expect(!fault.message.contains("\n"))
      return fault.message
    }
    return "read"
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(shard("a", "b"), "one")
    try folder.write(shard("c"), "two")
    return folder
  }

  @Test func refusesWhatDoesNotBelongTogether() throws {
    let folder = try folder()
    #expect(try refusal("{\"a\":\"one\",\"b\":\"one\",\"c\":\"two\"}", folder) == "read")
    #expect(try refusal("{\"a\":\"three\"}", folder) == "shard 'three' is missing; put it beside the index")
    #expect(try refusal("{\"a\":\"one\",\"a\":\"two\"}", folder) == "index of shards: 'a' appears a second time")
    #expect(
      try refusal("{\"c\":\"one\"}", folder)
        == "shard 'one' has no tensor 'c', which the index looks for there; one of the two is of another model")
    try folder.write(shard("a", "c"), "two")
    let twice = try refusal("{\"a\":\"one\",\"c\":\"two\"}", folder)
    #expect(twice.hasPrefix("tensor 'a' is in two shards, 'one'") && twice.hasSuffix("'two'"), "\(twice)")
    #expect(try refusal("{\"a\":1}", folder) == "index of shards: the name of a file expected at byte 20")
    #expect(try refusal("{}", folder).contains("a tensor expected"))
    #expect(try refusal("[]", folder).contains("an object \"weight_map\" expected"))
    #expect(try refusal("{},\"weight_map\":{\"a\":\"one\"}", folder).contains("a second time"))
    try folder.write(Array("no weights".utf8), "one")
    #expect(try refusal("{\"a\":\"one\"}", folder) == "shard 'one' is no file of weights")
    try folder.write(Array(shard("a").dropLast()), "one")
    #expect(try refusal("{\"a\":\"one\"}", folder).hasPrefix("shard 'one': "))
  }

  @Test(arguments: [
    "../secret", "/etc/passwd", "", "sub//one", "sub/../../secret", "..\\\\secret", "a\\u0000b", "out", "far/one",
  ])
  func staysInTheFolder(_ name: String) throws {
    let outside = try TemporaryFolder()
    mkdir(outside.file("inside"), 0o755)
    try outside.write(shard("a"), "secret")
    try outside.write(shard("a"), "one")
    symlink("../secret", outside.file("inside/out"))
    symlink("..", outside.file("inside/far"))
    let index = "{\"weight_map\": {\"a\": \"\(name)\"}}"
    try outside.write(Array(index.utf8), "inside/index.json")
    do {
      _ = try read(outside.file("inside/index.json"))
      Issue.record("it was read")
    } catch let fault as ShardFault {
      #expect(fault.message.contains("plain path") || fault.message.contains("leads out"), "\(fault.message)")
    }
  }

  /// A download cache: index and shards are links into one folder.
  @Test func followsACache() throws {
    let cache = try TemporaryFolder()
    for name in ["blobs", "snapshot"] { mkdir(cache.file(name), 0o755) }
    try cache.write(Array("{\"weight_map\": {\"a\": \"one\"}}".utf8), "blobs/0a")
    try cache.write(shard("a"), "blobs/1b")
    symlink("../blobs/0a", cache.file("snapshot/index.json"))
    symlink("../blobs/1b", cache.file("snapshot/one"))
    #expect(try read(cache.file("snapshot/index.json")).candidates[0].dictionary["a"] != nil)
  }

  /// An index cut anywhere is refused or read, and nothing else.
  @Test func cutShort() throws {
    let folder = try folder()
    let index = Array("{\"metadata\": {}, \"weight_map\": {\"a\": \"one\", \"c\": \"two\"}}".utf8)
    for count in 0..<index.count {
      let path = try folder.write(Array(index.prefix(count)), "index.json")
      do {
        _ = try read(path)
        Issue.record("\(count) bytes were read")
      } catch { #expect(error is any FormatFault, "\(error)") }
    }
  }
}
