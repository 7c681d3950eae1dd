import CNNConv
import Foundation
import TestSupport
import Testing

/// A node whose parameters do not fit its input is refused when it is read, not when it runs: the message names the node,
/// what was expected, and what was found. What fits and what does not is ONNX's definition of each operator.
@Suite struct ImportCheckTests {
  /// A node of an operator, its first input a value that is given, the others constants.
  struct Misfit: Sendable, CustomTestStringConvertible {
    let type: String
    let input: [Int]
    /// The shapes of the constants; `nil` for one that is left out.
    let constants: [[Int]?]
    let message: String
    var attributes: [OnnxAttribute] = []

    init(_ type: String, _ input: [Int], _ constants: [[Int]?], _ message: String, _ attributes: [OnnxAttribute] = []) {
      (self.type, self.input, self.constants, self.message) = (type, input, constants, message)
      self.attributes = attributes
    }

    var testDescription: String { "\(type) \(input) \(constants.map { $0.map { "\($0)" } ?? "-" })" }

    /// A graph of this node alone, in operator set 21.
    func model() throws -> OnnxModel {
      var model = OnnxModel()
      model.operatorSets = [OnnxOperatorSet(domain: "", version: 21)]
      let extents = input.map { OnnxDimension(.value(Int64($0))) }
      model.graph.inputs = [OnnxValueInfo(name: "x", type: OnnxType(.tensor(elementType: 1, shape: extents)))]
      model.graph.outputs = [OnnxValueInfo(name: "y", type: nil)]
      var node = OnnxNode()
      (node.operatorType, node.name, node.inputs, node.outputs) = (type, "one", ["x"], ["y"])
      node.attributes = attributes
      for (index, shape) in constants.enumerated() {
        node.inputs.append(shape == nil ? "" : "c\(index)")
        guard let shape else { continue }
        let bytes = try [Float](repeating: 1, count: shape.reduce(1, *)).withUnsafeBytes { try Storage(copying: $0) }
        model.graph.initializers.append(
          OnnxTensor(name: "c\(index)", elementType: .float32, shape: shape, payload: .bytes(bytes)))
      }
      model.graph.nodes = [node]
      return model
    }
  }

  static let misfits = [
    Misfit("BatchNormalization", [1, 3, 4, 4], [[3], [3], [3], [2]], "input 4: 3 elements expected, 2 found"),
    Misfit("BatchNormalization", [1, 3, 4, 4], [[2], [3], [3], [3]], "input 1: 3 elements expected, 2 found"),
    Misfit("InstanceNormalization", [1, 3, 4, 4], [[3], [4]], "input 2: 3 elements expected, 4 found"),
    Misfit(
      "GroupNormalization", [1, 4, 5], [[3], [4]], "input 1: 4 elements expected, 3 found",
      [OnnxAttribute("num_groups", .int(2))]),
    Misfit(
      "LayerNormalization", [2, 3, 4], [[5]], "input 1: a shape that broadcasts to [2, 3, 4] expected, [5] found"),
    Misfit("LRN", [3], [], "input 0: rank 2 or more expected, 1 found", [OnnxAttribute("size", .int(3))]),
    Misfit("Conv", [1, 2, 5, 5], [[3, 2, 3, 3], [4]], "input 2: shape [3] expected, [4] found"),
    Misfit("Conv", [1, 2, 5, 5], [[3, 2, 3, 3], [3, 1]], "input 2: shape [3] expected, [3, 1] found"),
    Misfit(
      "Conv", [1, 4, 5, 5], [[3, 2, 3, 3]], "3 filters do not fall into 2 groups", [OnnxAttribute("group", .int(2))]),
    Misfit("Conv", [1, 4, 5, 5], [[3, 3, 3, 3]], "3 input channels expected, 4 found"),
    Misfit(
      "Conv", [1, 2, 5, 5], [[3, 2, 3, 3]], "kernel_shape", [OnnxAttribute("kernel_shape", .ints([2, 2]))]),
    Misfit("ConvTranspose", [1, 2, 5, 5], [[3, 2, 3, 3]], "2 channels in 1 groups do not fit weights of shape"),
    Misfit("ConvTranspose", [1, 2, 5, 5], [[2, 3, 3, 3], [2]], "input 2: shape [3] expected, [2] found"),
    Misfit("Gemm", [2, 3], [[4, 5]], "3 columns of A meet 4 rows of B"),
    Misfit(
      "Gemm", [2, 3], [[3, 5], [4]], "input 2: a shape that broadcasts to [2, 5] expected, [4] found"),
    Misfit("PRelu", [1, 3, 4, 4], [[5]], "input 1: a shape that broadcasts to [1, 3, 4, 4] expected, [5] found"),
    Misfit("QuantizeLinear", [1, 3, 4], [[2]], "input 1: shape [3] expected, [2] found"),
    Misfit(
      "LSTM", [4, 2, 3], [[1, 20, 3], [1, 20, 6]], "input 1: shape [1, 24, 3] expected, [1, 20, 3] found"),
    Misfit(
      "GRU", [4, 2, 3], [[1, 15, 3], [1, 15, 5], [1, 15]], "input 3: shape [1, 30] expected, [1, 15] found"),
    Misfit("RNN", [4, 2, 3], [[1, 5, 4], [1, 5, 5]], "input 1: shape [1, 5, 3] expected, [1, 5, 4] found"),
    Misfit(
      "RNN", [4, 2, 3], [[1, 5, 3], [1, 5, 5]], "attribute 'hidden_size': 6 stated, but the weights have 5",
      [OnnxAttribute("hidden_size", .int(6))]),
    Misfit("Resize", [1, 3, 4, 4], [nil, [3]], "3 scales, sizes or bounds where 4 are expected"),
    Misfit("Resize", [1, 3, 4, 4], [], "0 scales, sizes or bounds where 4 are expected"),
    Misfit("GridSample", [1, 3, 4, 4], [[1, 2, 2, 3]], "input 1: shape [1, ?, ?, 2] expected, [1, 2, 2, 3] found"),
    Misfit(
      "MaxRoiPool", [1, 3, 4, 4], [[2, 4]], "input 1: shape [?, 5] expected, [2, 4] found",
      [OnnxAttribute("pooled_shape", .ints([2, 2]))]),
    Misfit("MatMul", [2, 3], [[4, 5]], "matrices of shapes [2, 3] and [4, 5] cannot be multiplied"),
  ]

  @Test(arguments: misfits) func isRefusedByImport(_ misfit: Misfit) throws {
    let folder = try CommandLine.temporaryFolder()
    try OnnxWriter.write(misfit.model(), to: folder.appending(path: "m.onnx").path())
    try Failure("import m.onnx", 65, misfit.message).check(in: folder)
    let result = try CommandLine("import", "m.onnx", in: folder)
    #expect(result.errors.hasPrefix("cnnconv: m.onnx: node 'one' (\(misfit.type)): "), "\(result.errors)")
  }
}
