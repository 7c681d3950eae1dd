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
  /// Misfits that are found only in a run, and why.
  static let found: [String: String] = [:]

  @Test(arguments: OperatorSample.names) func inferenceRefusesWhatARunRefuses(name: String) throws {
    let sample = try OperatorSample(name)
    guard sample.node.operator.bodies.isEmpty, sample.inputs.allSatisfy({ $0?.tensor != nil || $0 == nil }) else {
      return
    }
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
        let key = "\(sample.node.operator.signature.name) \(index) \(change)"
        if inference != nil {
          #expect(run != nil, "\(key) \(changed.shape): inference refuses what a run takes: \(inference ?? "")")
        } else if run != nil, Self.found[key] == nil {
          Issue.record("GAP \(key) \(changed.shape): \(run ?? "")")
        }
      }
    }
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
