import CNNTensors
import Glibc

@testable import CNNFormats

extension FuzzTarget {
  /// An index of shards, beside two shards and links that lead away. No byte of a file outside the folder may come
  /// back.
  static let shards = FuzzTarget("shards", mutation: HeaderMutations.json, words: shardWords) { input in
    let folder = ShardFolder.shared
    folder.index.fill(input.bytes)
    let checkpoint = try ShardReader.read(ModelFile(path: folder.path))
    for entry in checkpoint.candidates[0].dictionary.entries {
      guard entry.tensor.withBytes({ $0.allSatisfy { $0 == UInt8(ascii: "i") } }) else {
        fatalError("bytes of a file outside the folder")
      }
    }
  }

  private static let shardWords = [
    "{\"weight_map\": {", "\"a\": ", "\"b\": ", "\"c\": ", "\"one\"", "\"two\"", "\"out\"", "\"up/secret\"",
    "\"../secret\"",
    "\"metadata\": {\"total_size\": 3}", "}}", "\"./one\"", "\"/dev/zero\"",
  ]
}

/// A folder with an index, two shards of the letter i, links, and a shard of other letters beside it.
private final class ShardFolder: Sendable {
  static let shared = ShardFolder()
  let path: String
  let index = ScratchFile("index")

  private init() {
    let outside = "\(ScratchFile.folder)/shards.\(getpid())"
    let inside = "\(outside)/inside"
    for folder in [outside, inside] { mkdir(folder, 0o700) }
    path = "\(inside)/index.json"
    rename(index.path, path)
    Self.write(["a", "b"], "i", "\(inside)/one")
    Self.write(["c"], "i", "\(inside)/two")
    Self.write(["a", "b", "c"], "o", "\(outside)/secret")
    for (name, goal) in [("out", "../secret"), ("up", ".."), ("loop", "loop")] { symlink(goal, "\(inside)/\(name)") }
  }

  private static func write(_ names: [String], _ letter: Unicode.Scalar, _ path: String) {
    let records = names.enumerated().map { index, name in
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[\(index),\(index + 1)]}"
    }
    let header = Array("{\(records.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    let file = ScratchFile("shard")
    (length + header + names.map { _ in UInt8(ascii: letter) }).withUnsafeBytes { file.fill($0) }
    rename(file.path, path)
  }
}
