import CNNConversion
import CNNFormats
import CNNGraphs
import CNNTensors

/// Tensors in files of their own: NumPy's `.npy` and `.npz`, ONNX's `TensorProto`.
public enum TensorFile {
  /// Reads a file, recognised by its content.
  /// - Returns: the tensors, named if the file names them (an archive's members, a `TensorProto`'s name).
  /// - Throws: ``ConversionError``.
  public static func read(_ path: String) throws -> [(name: String?, tensor: Tensor)] {
    do {
      let file = try MappedFile(path: path)
      let head = file.withBytes { Array($0.prefix(6)) }
      if head == [0x93] + Array("NUMPY".utf8) { return [(nil, try NumpyFile.read(path))] }
      guard file.byteCount > 0 else { throw ConversionError(.badInput, "is empty") }
      if file.withBytes({ $0.prefix(32).allSatisfy { (0x20...0x7E).contains($0) || (9...13).contains($0) } }) {
        throw ConversionError(.badInput, "is a text; a tensor is a .npy, .npz or TensorProto .pb file")
      }
      if head.starts(with: [0x50, 0x4B]) { return try NumpyFile.readArchive(path).map { ($0.name, $0.tensor) } }
      return [try OnnxValueFile.readTensor(file)]
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// Writes a `.npy` file. Types that NumPy lacks are written as `float32`.
  /// - Throws: ``ConversionError``.
  public static func write(_ tensor: Tensor, to path: String) throws {
    do { try NumpyFile.write(tensor, to: path) } catch { throw ConversionError(outside: error, at: .init(file: path)) }
  }

  /// Writes a `TensorProto`.
  /// - Throws: ``ConversionError``.
  public static func writeOnnx(_ tensor: Tensor, name: String, to path: String) throws {
    do { try OnnxValueFile.write(tensor, name: name, to: path) } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }
}
