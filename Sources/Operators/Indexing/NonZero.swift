import CNNGraphs
import CNNTensors

/// The positions of all elements that are not zero, in order: `[rank, count]`.
public struct NonZero: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("NonZero", versions: [9, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(.int64, [context.shape(0).map { .fixed($0.count) } ?? .unknown, .unknown])]
  }

  package var arrayBytes: [Int: Int] { [0: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let indices = try data.nonZeroIndices()
    let shape = [data.rank, indices.count]
    let strides = data.shape.strides
    return [
      .tensor(
        try Tensor(.int64, shape: shape) { bytes in
          let target = bytes.assumingMemoryBound(to: Int64.self)
          for axis in 0..<data.rank {
            for (column, index) in indices.enumerated() {
              target[axis * indices.count + column] = Int64(index / strides[axis] % data.shape[axis])
            }
          }
        })
    ]
  }
}

extension Tensor {
  /// The linear indices of all elements that are not zero (not the empty string).
  package func nonZeroIndices() throws -> [Int] {
    if let strings { return strings.indices.filter { !strings[$0].isEmpty } }
    guard elementType.numericKind != nil else { throw OperatorError.elementType(input: 0, found: elementType) }
    return try converted(to: .bool).withBytes { bytes in bytes.indices.filter { bytes[$0] != 0 } }
  }
}
