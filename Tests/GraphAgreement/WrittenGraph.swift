import CNNConv
import Foundation
import GraphGeneration

extension RandomGraph {
  /// Leaves the graph as a model, its inputs, and the reference's outputs in a new folder for another program.
  /// - Parameter operatorSet: the version of ONNX's operators to write.
  /// - Returns: false if the graph cannot be said in that version, or has types that NumPy lacks.
  package func write(to folder: String, _ operatorSet: Int) throws -> Bool {
    let expected = try ReferenceEvaluator(graph).run(inputs.map { .tensor($0) })
    let tensors = inputs + expected.compactMap(\.tensor)
    guard tensors.count == inputs.count + expected.count,
      tensors.allSatisfy({ ![.bfloat16, .string].contains($0.elementType) })
    else { return false }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    do {
      try Model(graph: graph).write(to: "\(folder)/model.onnx", operatorSet: operatorSet)
    } catch let error as ConversionError where error.code == .unsupported {
      try FileManager.default.removeItem(atPath: folder)
      return false
    }
    for (index, tensor) in inputs.enumerated() { try TensorFile.write(tensor, to: "\(folder)/input_\(index).npy") }
    for (index, value) in expected.enumerated() {
      if let tensor = value.tensor { try TensorFile.write(tensor, to: "\(folder)/output_\(index).npy") }
    }
    return true
  }
}
