import CNNFormats
import CNNTensors
import Glibc

/// The bytes of one execution.
struct FuzzInput {
  /// The bytes.
  let bytes: UnsafeRawBufferPointer

  /// The path of a file that holds the bytes.
  var path: String {
    ScratchFile.input.fill(bytes)
    return ScratchFile.input.path
  }

  /// A file that holds the bytes, mapped as readers map it.
  func file() throws -> MappedFile { try MappedFile(path: path) }

  /// The file as formats look at it.
  func modelFile() throws -> ModelFile { try ModelFile(path: path) }
}

/// A file in memory that is written again and again.
final class ScratchFile: Sendable {
  /// The file of the inputs.
  static let input = ScratchFile("input")
  /// A folder that the script removes.
  static let folder = getenv("FUZZ_FOLDER").map { String(cString: $0) } ?? "/dev/shm"

  let path: String
  private let descriptor: Int32

  init(_ name: String) {
    path = "\(Self.folder)/\(name).\(getpid())"
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { fatalError("cannot create \(path)") }
  }

  /// Gives the file new contents.
  func fill(_ bytes: UnsafeRawBufferPointer) {
    guard ftruncate(descriptor, off_t(bytes.count)) == 0,
      bytes.isEmpty || pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
    else { fatalError("cannot write \(path)") }
  }
}
