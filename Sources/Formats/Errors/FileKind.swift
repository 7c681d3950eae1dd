import CNNTensors

/// What a file is that no format claims, told by its first bytes and never by its name.
public enum FileKind: String, Hashable, Sendable, CaseIterable {
  // Containers that several formats use.
  /// A zip archive, which may be what `torch.save` or `torch.jit.save` wrote.
  case zip
  /// A Python pickle.
  case pickle

  // Models and weights of other programs.
  /// The tar archive that PyTorch wrote before 0.2.
  case torchTar
  /// A TorchScript archive of PyTorch 1.0 to 1.3, which holds its model in JSON.
  case oldTorchScript
  /// A program that `torch.package` packed.
  case torchPackage
  /// HDF5: Keras or TensorFlow weights.
  case hdf5
  /// The archive that Keras 3 writes.
  case keras
  /// A model of TensorFlow Lite.
  case tensorFlowLite
  /// llama.cpp's format.
  case gguf
  /// A NumPy array.
  case numpyArray
  /// A zip archive of NumPy arrays.
  case numpyArchive
  /// The index of a model that is spread over several safetensors or PyTorch files.
  case shardIndex

  // Other files.
  /// A file without contents.
  case empty
  /// A web page.
  case html
  /// What an object store answers instead of a file.
  case xml
  /// The pointer that Git LFS leaves in place of a file.
  case gitLFSPointer
  /// A JSON document.
  case json
  /// A text.
  case text
  /// A zip archive within which another one may lie.
  case otherZip
  /// A file packed by gzip.
  case gzip
  /// A file packed by bzip2.
  case bzip2
  /// A file packed by xz.
  case xz
  /// A file packed by Zstandard.
  case zstandard
  /// A 7z archive.
  case sevenZip
  /// A RAR archive.
  case rar
  /// A tar archive.
  case tar
  /// A picture or a PDF document.
  case document
  /// A program or a library.
  case program
  /// Nothing that is known.
  case unknown

  /// The most bytes of a file's beginning that are looked at.
  static let headLength = 1 << 12

  /// Looks at the beginning of a file.
  public init(_ file: MappedFile) {
    self = file.withBytes { Self.recognize($0) }
  }

  /// True for the models and weights of other programs, which are right but not supported.
  public var isForeignModel: Bool {
    switch self {
    case .torchTar, .oldTorchScript, .torchPackage, .hdf5, .keras, .tensorFlowLite, .gguf, .numpyArray, .numpyArchive,
      .shardIndex:
      true
    default: false
    }
  }

  /// Tells by the first bytes of a file what it is. Formats with marks of their own, and ONNX, which
  /// has none, look for themselves.
  public static func recognize(_ bytes: UnsafeRawBufferPointer) -> FileKind {
    let head = UnsafeRawBufferPointer(rebasing: bytes.prefix(headLength))
    if head.isEmpty { return .empty }
    for (kind, offset, mark) in marks where head.dropFirst(offset).starts(with: mark) {
      return kind == .tar && isTorchTar(head) ? .torchTar : kind
    }
    if isTorchTar(head) { return .torchTar }
    if head.count >= 2, head[0] == 0x80, 2...5 ~= head[1] { return .pickle }
    return text(head) ?? .unknown
  }

  private static let marks: [(FileKind, Int, [UInt8])] = [
    (.zip, 0, [0x50, 0x4b, 3, 4]), (.zip, 0, [0x50, 0x4b, 5, 6]),
    (.hdf5, 0, [0x89] + Array("HDF\r\n".utf8)), (.numpyArray, 0, [0x93] + Array("NUMPY".utf8)),
    (.gguf, 0, Array("GGUF".utf8)), (.tensorFlowLite, 4, Array("TFL3".utf8)),
    (.gzip, 0, [0x1f, 0x8b]), (.bzip2, 0, Array("BZh".utf8)), (.xz, 0, [0xfd] + Array("7zXZ".utf8) + [0]),
    (.zstandard, 0, [0x28, 0xb5, 0x2f, 0xfd]), (.sevenZip, 0, Array("7z".utf8) + [0xbc, 0xaf, 0x27, 0x1c]),
    (.rar, 0, Array("Rar!".utf8) + [0x1a, 7]), (.tar, 257, Array("ustar".utf8)),
    (.document, 0, [0x89] + Array("PNG".utf8)), (.document, 0, [0xff, 0xd8, 0xff]), (.document, 0, Array("GIF8".utf8)),
    (.document, 0, Array("%PDF".utf8)), (.program, 0, [0x7f] + Array("ELF".utf8)),
    (.program, 0, [0xcf, 0xfa, 0xed, 0xfe]),
  ]

  /// A tar archive of PyTorch's begins with one of its four members.
  private static func isTorchTar(_ head: UnsafeRawBufferPointer) -> Bool {
    guard head.count >= 512 else { return false }
    return ["sys_info", "pickle", "storages", "tensors", "./sys_info", "./pickle", "./storages", "./tensors"]
      .contains { head.starts(with: Array($0.utf8) + [0]) }
  }

  private static func text(_ head: UnsafeRawBufferPointer) -> FileKind? {
    let text = head.prefix(1024)
    guard text.allSatisfy({ $0 >= 0x20 || 0x09...0x0d ~= $0 }) else { return nil }
    // A byte order mark and spaces may come first.
    let words = String(decoding: text, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{feff}" }.lowercased()
    if words.isEmpty { return .text }
    if ["<!doctype html", "<html", "<head", "<body", "<script"].contains(where: words.hasPrefix) { return .html }
    if words.hasPrefix("<?xml") { return words.contains("<html") ? .html : .xml }
    if words.hasPrefix("<error") { return .xml }
    if words.hasPrefix("version https://git-lfs") || words.hasPrefix("version https://hawser") { return .gitLFSPointer }
    if words.hasPrefix("{") || words.hasPrefix("[") {
      let whole = String(decoding: head, as: UTF8.self)
      return whole.contains("\"weight_map\"") ? .shardIndex : .json
    }
    // Bytes that happen to be no control characters are not a text yet.
    return String(validating: Array(text.dropLast(4)), as: UTF8.self) != nil ? .text : nil
  }

  /// What a zip archive is that `torch.save` did not write, by the names of its members.
  init(zipMembers names: [String]) {
    func has(_ ending: String) -> Bool { names.contains { $0.hasSuffix(ending) } }
    if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
      self = .numpyArchive
    } else if has("/model.json") || names.contains("model.json") {
      self = .oldTorchScript
    } else if has("model.weights.h5") {
      self = .keras
    } else if has(".data/extern_modules") {
      self = .torchPackage
    } else {
      self = .otherZip
    }
  }
}
