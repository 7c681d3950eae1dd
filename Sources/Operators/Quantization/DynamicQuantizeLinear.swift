import CNNGraphs
import CNNTensors

/// Quantizes to `uint8` by the input's own range, which is widened to hold 0. Outputs: data, scale, zero point.
public struct DynamicQuantizeLinear: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "DynamicQuantizeLinear", versions: [11], inputs: 1...1, outputs: 3...3)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(.uint8, context.shape(0)), .tensor(.float32, []), .tensor(.uint8, [])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    return try x.withValues(as: Float.self) { source in
      var (low, high): (Float, Float) = (0, 0)
      for value in source {
        low = min(low, value)
        high = max(high, value)
      }
      let scale = low == high ? 1 / 255 : (high - low) / 255
      let zero = Float.clamped(-low / scale, 0, 255).rounded(.toNearestOrEven)
      let data = try Tensor(.uint8, shape: x.shape) { target in
        for i in 0..<source.count {
          let value = Float.clamped((source[i] / scale).rounded(.toNearestOrEven) + zero, 0, 255)
          target[i] = value.isNaN ? 0 : UInt8(value)
        }
      }
      return [
        .tensor(data), .tensor(try Tensor(scalar: scale)), .tensor(try Tensor(scalar: UInt8(zero.isNaN ? 0 : zero))),
      ]
    }
  }
}
