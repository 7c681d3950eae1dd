import CNNConversion
import CNNFormats
import CNNGraphs

extension FuzzTarget {
  /// The `.pb` files of a test data set: a tensor, a sequence, an optional value.
  static let tensorFile = FuzzTarget("tensor-file", mutation: ProtobufMutation.tensor) { input in
    let path = input.path
    let types: [ValueType] = [.tensor(nil), .sequence(.unknown), .optional(.unknown)]
    for type in types.dropLast() { _ = try? OnnxValueFile.read(path, as: type) }
    _ = try OnnxValueFile.read(path, as: types[2])
  }
}
