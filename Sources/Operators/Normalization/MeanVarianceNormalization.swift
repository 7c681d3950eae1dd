import CNNGraphs
import CNNTensors

/// `(x - mean) / (√variance + 1e-9)`, mean and variance being taken over some axes.
public struct MeanVarianceNormalization: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("MeanVarianceNormalization", versions: [9, 13], inputs: 1...1)

  /// The axes that mean and variance are taken over.
  public var axes: [Int]

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axes = try node.ints("axes") ?? [0, 2, 3] }
  /// Makes the operator with these settings.
  public init(axes: [Int] = [0, 2, 3]) { self.axes = axes }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axes", axes, unless: [0, 2, 3]) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let rank = context.shape(0)?.count { _ = try axes.axes(ofRank: rank) }
    return [InferredValue(context.type(0))]
  }

  package var arrayBytes: [Int: Int] { [0: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(x, Float.self))]
    case .double: return [.tensor(try run(x, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: FloatingScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    guard x.count > 0 else { return x }
    let reduced = Set(try axes.axes(ofRank: x.rank))
    let kept = x.shape.indices.map { reduced.contains($0) ? 1 : x.shape[$0] }
    let count = kept.product
    let size = Double(x.count / count)
    // The group of each element: a step along a reduced axis leads nowhere.
    let strides = zip(kept.strides, x.shape.indices).map { reduced.contains($1) ? 0 : $0 }
    let groups = try Tensor.linearIndices(shape: x.shape, strides: strides)
    return try x.withValues(as: T.self) { source in
      var means = [Double](repeating: 0, count: count)
      for i in 0..<source.count { means[groups[i]] += Double(source[i]) }
      for group in 0..<count { means[group] /= size }
      var deviations = [Double](repeating: 0, count: count)
      for i in 0..<source.count {
        let distance = Double(source[i]) - means[groups[i]]
        deviations[groups[i]] += distance * distance
      }
      for group in 0..<count { deviations[group] = (deviations[group] / size).squareRoot() + 1e-9 }
      return try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        for i in 0..<source.count { target[i] = T((Double(source[i]) - means[groups[i]]) / deviations[groups[i]]) }
      }
    }
  }
}
