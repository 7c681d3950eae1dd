import CNNTensors

@testable import CNNFormats

extension FuzzTarget {
  /// A pickle, whatever it begins with, and the search for weights in it.
  static let pickle = FuzzTarget("pickle", mutation: PickleMutation.one, words: PickleMutation.names) { input in
    let file = try input.modelFile()
    guard file.kind == .pickle else {
      _ = try PickleMachine.read(Storage(copying: input.bytes))
      return
    }
    _ = try TorchReader.read(file)
  }
}
