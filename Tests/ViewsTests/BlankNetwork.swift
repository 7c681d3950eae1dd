import CNNArchitectures
import CNNConv
import CNNGraphs
import CNNTensors

/// A network of the zoo whose weights are zeros, which are there at once.
enum BlankNetwork {
  static func build(_ name: String) throws -> Graph {
    let entry = try Zoo.entry(named: name)
    return try entry.blueprint(classes: entry.classes, deployed: false).graph(with: Zeros())
  }

  private struct Zeros: WeightSource {
    func tensor(for weight: WeightDescription) throws -> Tensor {
      try Tensor(.float32, shape: weight.shape) { (_: UnsafeMutableRawBufferPointer) in }
    }
  }
}
