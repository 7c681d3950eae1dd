import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// What a run refuses for its shapes is refused before anything runs, and what a run takes is taken.
///
/// Each input of each fixture's node is cut by one element, made one element longer, and given one axis more. Reference
/// evaluation says whether that fits; inference, which sees types alone, and the numbers of small integer inputs, must say
/// the same.
@Suite struct ShapeMisfitTests {
  /// Operators of which some misfits are found only in a run: their inference does not compare all extents yet, or what
  /// fits depends on numbers. Each must still have such a misfit, or be taken off the list.
  static let foundInARun: Set<String> = [
    "Add", "And", "Attention", "Col2Im", "Compress", "DepthToSpace", "Div", "Einsum", "Equal", "GRU", "Gather",
    "GatherElements", "GatherND", "Greater", "LSTM", "Less", "LinearAttention", "MatMulInteger", "MaxRoiPool", "Mul",
    "Multinomial", "NegativeLogLikelihoodLoss", "OneHot", "Or", "Pow", "RNN", "Resize", "RoiAlign",
    "RotaryEmbedding", "ScatterElements", "ScatterND", "SoftmaxCrossEntropyLoss", "SpaceToDepth", "Split",
    "SplitToSequence", "Sub", "Tile", "TopK", "Xor",
  ]

  @Test func theListHoldsNoOperatorTooMany() throws {
    var open = Self.foundInARun
    for name in OperatorSample.names {
      let sample = try OperatorSample(name)
      let operation = sample.node.operator.signature.name
      guard open.contains(operation), !(try misfits(of: sample)).isEmpty else { continue }
      open.remove(operation)
    }
    #expect(open.isEmpty)
  }

  @Test(arguments: OperatorSample.names) func inferenceRefusesWhatARunRefuses(name: String) throws {
    let sample = try OperatorSample(name)
    let found = try misfits(of: sample)
    if !Self.foundInARun.contains(sample.node.operator.signature.name) { #expect(found == []) }
  }

  /// The misfits that a run refuses and inference does not.
  private func misfits(of sample: OperatorSample) throws -> [String] {
    guard sample.node.operator.bodies.isEmpty, sample.inputs.allSatisfy({ $0?.tensor != nil || $0 == nil }) else {
      return []
    }
    var misfits: [String] = []
    for index in sample.inputs.indices {
      guard let tensor = sample.inputs[index]?.tensor, tensor.elementType != .string else { continue }
      for (change, changed) in try variants(of: tensor) {
        var inputs = sample.inputs
        inputs[index] = .tensor(changed)
        let run = failure {
          _ = try sample.node.operator.evaluate(
            EvaluationContext(inputs: inputs, outputCount: sample.node.outputs.count))
        }
        let inference = failure { _ = try sample.node.operator.infer(context(inputs, sample.node.outputs.count)) }
        let key = "\(sample.node.operator.signature.name) \(index) \(change) \(changed.shape)"
        if let inference {
          #expect(run != nil, "\(key): inference refuses what a run takes: \(inference)")
        } else if let run {
          misfits.append("\(key): \(run)")
        }
      }
    }
    return misfits
  }

  private func failure(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)" }
  }

  private func context(_ inputs: [RuntimeValue?], _ outputCount: Int) -> InferenceContext {
    let known = inputs.map { value in
      value?.tensor.map { tensor in
        InferredValue(
          .tensor(TensorType(of: tensor)),
          constant: tensor.rank <= 1 && tensor.count <= TypeInference.constantLimit ? tensor : nil)
      }
    }
    return InferenceContext(inputs: known, outputCount: outputCount) { _, _ in [] }
  }

  private func variants(of tensor: Tensor) throws -> [(String, Tensor)] {
    var variants: [(String, Tensor)] = [("axis", try tensor.reshaped([1] + tensor.shape))]
    for axis in Set([0, tensor.rank - 1]) where tensor.rank > 0 && tensor.shape[axis] > 0 {
      var shape = tensor.shape
      shape[axis] -= 1
      let place = tensor.rank == 1 ? "" : axis == 0 ? " first" : " last"
      variants.append(("shorter" + place, try tensor.strided(shape: shape, strides: tensor.shape.strides)))
      shape[axis] = 1
      let one = try tensor.strided(shape: shape, strides: tensor.shape.strides)
      variants.append(("longer" + place, try Tensor.concatenating([tensor, one], axis: axis)))
    }
    return variants
  }
}
