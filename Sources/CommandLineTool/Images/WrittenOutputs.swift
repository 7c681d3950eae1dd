import CNNConv
import CNNSystem

/// The outputs for each picture, in a folder of `.npy` files.
final class WrittenOutputs {
  let folder: OutputFolder
  private var names = FileNames()

  init(_ path: String) throws { folder = try OutputFolder(path) }

  /// Writes `PICTURE_OUTPUT.npy` for each picture of a batch and each output.
  func write(_ outputs: Session.Outputs, of files: ArraySlice<String>) throws {
    for (name, value) in zip(outputs.names, outputs.values) {
      guard let tensor = value.tensor else { continue }
      for (index, file) in files.enumerated() {
        let row = try tensor.row(index)
        let stem = names.next(for: "\(Path.split(file).name)_\(name)")
        try folder.write("\(stem).npy") { try TensorFile.write(row, to: $0) }
      }
    }
  }
}

extension Tensor {
  /// A row as a batch of one; the whole if the batch is no axis.
  fileprivate func row(_ index: Int) throws -> Tensor {
    guard let count = shape.first, count > 1, index < count, let storage else { return self }
    let size = storage.byteCount / count
    return try Tensor(
      elementType, shape: [1] + shape.dropFirst(), storage: Storage(part: storage, offset: index * size, count: size))
  }
}
