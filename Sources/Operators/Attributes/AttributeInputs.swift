import CNNGraphs
import CNNTensors

// What older versions keep in attributes and newer ones in inputs.

extension NodeReader {
  /// Makes an `ints` attribute an `int64` input, if it is given.
  package mutating func moveInts(_ name: String, toInput index: Int) throws {
    if let values = try ints(name) { try addInput(index, values) }
  }

  /// Makes integers an `int64` input.
  package mutating func addInput(_ index: Int, _ values: [Int]) throws {
    addInput(index, try Tensor(values.map(Int64.init), shape: [values.count]))
  }
}
