import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

/// The path of a file below `Fixtures/Formats`.
func fixture(_ name: String) -> String { FixtureFolders.path("Formats/\(name)") }

/// All bytes of a file.
func contents(_ path: String) throws -> [UInt8] { try MappedFile(path: path).withBytes { Array($0) } }

/// The bytes of a tensor record.
func bytes(_ tensor: OnnxTensor) -> [UInt8]? {
  guard case .bytes(let storage) = tensor.payload else { return nil }
  return storage.withBytes { Array($0) }
}

/// The elements of a tensor record.
func elements<T: TensorElement>(_ tensor: OnnxTensor, as type: T.Type = T.self) throws -> [T]? {
  guard case .bytes(let storage) = tensor.payload else { return nil }
  return try Tensor(tensor.elementType, shape: tensor.shape, storage: storage).elements()
}

/// Protobuf's wire form, made by hand.
struct Wire {
  private(set) var bytes: [UInt8] = []

  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
  }

  func raw(_ more: [UInt8]) -> Wire {
    var wire = self
    wire.bytes += more
    return wire
  }

  func tag(_ number: UInt64, _ type: UInt64) -> Wire { raw(Self.varint(number << 3 | type)) }
  func int(_ number: UInt64, _ value: Int64) -> Wire { tag(number, 0).raw(Self.varint(UInt64(bitPattern: value))) }
  func data(_ number: UInt64, _ bytes: [UInt8]) -> Wire {
    tag(number, 2).raw(Self.varint(UInt64(bytes.count))).raw(bytes)
  }
  func text(_ number: UInt64, _ text: String) -> Wire { data(number, Array(text.utf8)) }
  func message(_ number: UInt64, _ message: Wire) -> Wire { data(number, message.bytes) }

  /// A model around a graph.
  static func model(_ graph: Wire) -> Wire { Wire().int(1, 8).message(7, graph) }
  /// A model around an initializer.
  static func model(initializer: Wire) -> Wire { model(Wire().message(5, initializer)) }
}

/// The error that `body` throws, if it is a `FormatError`.
func formatError(_ body: () throws -> Void) -> FormatError? {
  do {
    try body()
    return nil
  } catch { return error as? FormatError }
}

/// What is wrong with a model of these bytes.
func modelError(_ wire: Wire) throws -> FormatError? {
  let folder = try TemporaryFolder()
  let file = try folder.map(wire.bytes)
  return formatError { _ = try OnnxReader.readModel(file) }
}
