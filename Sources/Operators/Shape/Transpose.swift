import CNNGraphs
import CNNTensors

/// Puts the axes in another order: axis `i` of the result is axis `permutation[i]` of the input.
public struct Transpose: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Transpose", versions: [1, 13, 21, 23, 24, 25], inputs: 1...1)

  /// The order; `nil` reverses the axes.
  public let permutation: [Int]?

  /// Makes the operator with these settings.
  public init(permutation: [Int]? = nil) { self.permutation = permutation }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { permutation = try node.ints("perm") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("perm", permutation) }

  /// The order of a given rank's axes.
  package func order(ofRank rank: Int) throws -> [Int] {
    guard let permutation else { return Array((0..<rank).reversed()) }
    guard permutation.count == rank, permutation.sorted() == Array(0..<rank) else {
      throw OperatorError.attribute("perm", "\(permutation) is no order of \(rank) axes")
    }
    return permutation
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else {
      return [.tensor(context.elementType(0), .unknown(permutation?.count))]
    }
    let result = try order(ofRank: shape.count).map { shape[$0] }
    return [.tensor(context.elementType(0), result, contents: shape.count <= 1 ? context.contents(0) : nil)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    return [.tensor(try data.transposed(order(ofRank: data.rank)))]
  }
}

extension Tensor {
  /// The axes in the order given, which must name each once.
  package func transposed(_ order: [Int]) throws -> Tensor {
    if order == Array(0..<rank) { return self }
    let strides = shape.strides
    return try strided(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }
}
