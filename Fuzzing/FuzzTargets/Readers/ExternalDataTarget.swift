import CNNFormats
import CNNTensors
import Glibc

extension FuzzTarget {
  /// What a tensor says of data in another file: names, offsets and lengths, in lines of `key=value`. Whatever it is, no
  /// byte of a file outside the folder may come back.
  static let externalData = FuzzTarget(
    "external-data", mutation: HeaderMutations.externalData, words: HeaderMutations.externalDataWords
  ) { input in
    let folder = ExternalDataFolder.shared
    let lines = Array(input.bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let entries = lines.map { line -> OnnxEntry in
      let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      func text(_ index: Int) -> String { index < parts.count ? String(decoding: parts[index], as: UTF8.self) : "" }
      return OnnxEntry(text(0), text(1))
    }
    let tensor = OnnxTensor(name: "t", elementType: .uint8, shape: [8], payload: .external(entries))
    let resolved = try ExternalData(folder: folder.path).resolved(tensor)
    guard case .bytes(let storage) = resolved.payload else { fatalError("data without bytes") }
    guard storage.byteCount == 8, storage.withBytes({ $0.allSatisfy { $0 == UInt8(ascii: "i") } }) else {
      fatalError("bytes of a file outside the folder")
    }
  }
}

/// A folder with files of the letter i, links, and a file of other letters beside it.
private final class ExternalDataFolder: Sendable {
  static let shared = ExternalDataFolder()
  let path: String

  private init() {
    let outside = "\(ScratchFile.folder)/outside.\(getpid())"
    path = "\(outside)/inside"
    mkdir(outside, 0o700)
    for folder in [path, "\(path)/data"] { mkdir(folder, 0o700) }
    Self.write("i", "\(path)/weights.bin")
    Self.write("i", "\(path)/data/part.bin")
    Self.write("o", "\(outside)/secret.bin")
    for (name, goal) in [
      ("link", "weights.bin"), ("out", "../secret.bin"), ("up", ".."), ("data/far", "\(outside)/secret.bin"),
      ("loop", "loop"),
    ] {
      symlink(goal, "\(path)/\(name)")
    }
  }

  private static func write(_ letter: Unicode.Scalar, _ path: String) {
    let file = ScratchFile("part")
    [UInt8](repeating: UInt8(ascii: letter), count: 64).withUnsafeBytes { file.fill($0) }
    rename(file.path, path)
  }
}
