import CNNGraphs
import CNNTensors

/// Broadcasts the input with a shape, each to the other. Inputs: data, shape `[rank]`.
public struct Expand: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Expand", versions: [8, 13], inputs: 2...2)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let data = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    guard let target = context.contents(1) else {
      let rank = context.shape(1)?.first?.value.map { max($0, data.count) }
      return [.tensor(context.elementType(0), .unknown(rank))]
    }
    for case .fixed(let extent) in target where extent < 0 { throw OperatorError.invalid("extent \(extent)") }
    return [.tensor(context.elementType(0), try Broadcast.infer([data, target]))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let target = try context.integers(1)
    _ = try Tensor.elementCount(of: target)
    return [.tensor(try data.broadcast(to: Broadcast(data.shape, target).shape))]
  }
}

extension Tensor {
  /// The elements repeated along new first axes and axes of extent 1, to a shape that this one broadcasts to.
  package func broadcast(to shape: [Int]) throws -> Tensor {
    let added = shape.count - rank
    let own = self.shape.strides
    let strides = shape.indices.map { $0 < added || self.shape[$0 - added] == 1 ? 0 : own[$0 - added] }
    return try strided(shape: shape, strides: strides)
  }
}
