import CNNSystem
import CNNTensors

/// The file of weights, read from its beginning to its end: it has no names and no index, the layers say what comes next.
package struct NcnnData {
  private let file: MappedFile?
  private let path: String
  private var offset = 0

  /// The weights beside a param file. Layers without weights need none.
  package init(besideModelAt path: String) throws {
    self.path = NcnnFiles.dataPath(of: path)
    do throws(FileError) { file = try MappedFile(path: self.path) } catch {
      guard error.isNotFound else { throw error }
      file = nil
    }
  }

  /// Bytes of the file.
  package var byteCount: Int { file?.byteCount ?? 0 }

  /// Weights with a tag before them that says how they are stored, converted to `float32`.
  package mutating func tagged(_ count: Int, of layer: String) throws -> Tensor {
    let tag = try bytes(4, of: layer).withBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    switch tag {
    case NcnnTag.float32, NcnnTag.float32Scaled: return try numbers(.float32, count, of: layer)
    case NcnnTag.float16:
      let tensor = try numbers(.float16, count, of: layer).converted(to: .float32)
      if count % 2 == 1 { _ = try bytes(2, of: layer) }
      return tensor
    default: throw NcnnFault.storage(layer: layer, tag: tag, offset: offset - 4)
    }
  }

  /// Numbers that are always `float32`.
  package mutating func plain(_ count: Int, of layer: String) throws -> Tensor {
    try numbers(.float32, count, of: layer)
  }

  /// - Throws: ``NcnnFault/leftoverData(used:available:)`` if the layers have not taken all bytes.
  package func finish() throws {
    guard offset == byteCount else { throw NcnnFault.leftoverData(used: offset, available: byteCount) }
  }

  private mutating func numbers(_ type: ElementType, _ count: Int, of layer: String) throws -> Tensor {
    guard count > 0, let size = type.byteCount(of: count) else { throw NcnnFault.size(layer: layer) }
    return try Tensor(type, shape: [count], storage: bytes(size, of: layer))
  }

  private mutating func bytes(_ count: Int, of layer: String) throws -> Storage {
    guard let file else { throw NcnnFault.missingData(path) }
    guard count <= file.byteCount - offset else {
      throw NcnnFault.shortData(layer: layer, needed: count, offset: offset, available: file.byteCount)
    }
    defer { offset += count }
    return try Storage(file: file, offset: offset, count: count)
  }
}
