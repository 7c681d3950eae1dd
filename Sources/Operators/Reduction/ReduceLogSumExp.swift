import CNNGraphs
import CNNTensors
import RealModule

/// `log(Σ exp(x))` over axes, computed after the greatest element has been taken away; minus infinity over none.
public struct ReduceLogSumExp: Reduction {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReduceLogSumExp", versions: [1, 11, 13, 18, 28], inputs: 1...2)

  /// The settings.
  public let settings: ReductionSettings

  /// Makes the operator with these settings.
  public init(settings: ReductionSettings) { self.settings = settings }

  /// A reduction over the axes of the second input, or over all.
  /// - Parameter keepsAxes: true if reduced axes stay with extent 1.
  public init(keepsAxes: Bool = true) { settings = ReductionSettings(keepsAxes: keepsAxes) }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, plan) = try plan(context)
    let count = try Tensor.elementCount(of: plan.shape)
    return try x.withValues(as: Double.self) { source in
      let maxima = try Tensor(.float64, shape: [count]) { (target: UnsafeMutableBufferPointer<Double>) in
        target.update(repeating: -.infinity)
        plan.forEachRun { input, output, length, isReduced in
          for i in 0..<length {
            let (value, index) = (source[input + i], isReduced ? output : output + i)
            if value > target[index] || value.isNaN { target[index] = value }
          }
        }
        // An infinite maximum would make its own term undefined.
        for i in target.indices where target[i].isInfinite { target[i] = 0 }
      }
      let result = try maxima.withElements(as: Double.self) { shift in
        try Tensor(x.elementType, shape: plan.shape) { (target: UnsafeMutableBufferPointer<Double>) in
          target.update(repeating: 0)
          plan.forEachRun { input, output, length, isReduced in
            for i in 0..<length {
              let index = isReduced ? output : output + i
              target[index] += Double.exp(source[input + i] - shift[index])
            }
          }
          for i in target.indices { target[i] = Double.log(target[i]) + shift[i] }
        }
      }
      return [.tensor(result)]
    }
  }
}
