import CNNGraphs
import CNNTensors

/// Puts the axes in another order: axis `i` of the result is axis `permutation[i]` of the input.
package struct Transpose: NonnegativeLinearOperator {
  package static let signature = OperatorSignature("Transpose", versions: [1, 13, 21, 23, 24, 25], inputs: 1...1)

  /// The order; `nil` reverses the axes.
  package let permutation: [Int]?

  package init(permutation: [Int]? = nil) { self.permutation = permutation }

  package init(from node: inout NodeReader) throws { permutation = try node.ints("perm") }

  package func write(to node: inout NodeWriter) throws { node.set("perm", permutation) }

  /// The order of a given rank's axes.
  package func order(ofRank rank: Int) throws -> [Int] {
    guard let permutation else { return Array((0..<rank).reversed()) }
    guard permutation.count == rank, permutation.sorted() == Array(0..<rank) else {
      throw OperatorError.attribute("perm", "\(permutation) is no order of \(rank) axes")
    }
    return permutation
  }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else {
      return [.tensor(context.elementType(0), .unknown(permutation?.count))]
    }
    let result = try order(ofRank: shape.count).map { shape[$0] }
    return [.tensor(context.elementType(0), result, contents: shape.count <= 1 ? context.contents(0) : nil)]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
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
