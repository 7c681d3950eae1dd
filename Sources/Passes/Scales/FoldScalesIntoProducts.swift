import CNNGraphs
import CNNOperators
import CNNTensors

/// Folds a factor for each column, or for all, into the stored matrix of a product over the last axis.
///
/// Affine maps treat axis 1 as that of the channels; in a product of `[…, T, K]` by `[K, M]` it is the last one.
package struct FoldScalesIntoProducts: NodePass {
  package let description = PassDescription(
    "fold-scales-into-products",
    law: "(X·W)·diag(s) = X·(W·diag(s)) and (X·diag(s))·W = X·(diag(s)·W), for products over the last axis.",
    guards: [
      "something else reads the value between", "the matrix is shared", "the factor varies along another axis",
      "a weight that is finite, but not in the element type of the model",
    ],
    source: "associativity of the matrix product")

  package init() {}

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let (data, factors) = try factors(of: node, in: view), let output = node.outputs[0] else { return nil }
    if let (maker, product, operation) = view.producer(data, as: MatrixMultiplication.self),
      view.soleUser(data) == index, let grid = try matrix(of: product, at: maker, in: view)
    {
      guard factors.count == 1 || factors.count == grid.columns else { return nil }
      return Patch(
        removing: [maker, index],
        adding: self.product(product, operation, reading: product.inputs[0], writing: output)
      ) { [try grid.scaled { factors[factors.count == 1 ? 0 : $1] }] }
    }
    return try forward(index, data, factors, output, in: view)
  }

  /// Every reader is a product.
  private func forward(
    _ index: Int, _ data: ValueID, _ factors: [Double], _ output: ValueID, in view: GraphView
  ) throws -> Patch? {
    let users = view.users(output)
    guard !users.isEmpty, !view.isOutput(output) else { return nil }
    var patch = Patch(removing: [index])
    var makers: [() throws -> Tensor] = []
    for user in users {
      let product = view.graph.nodes[user]
      guard let operation = product.operator as? MatrixMultiplication, product.inputs[0] == output,
        let result = product.outputs[0], let grid = try matrix(of: product, at: user, in: view),
        factors.count == 1 || factors.count == grid.rows
      else { return nil }
      patch.removed.insert(user)
      patch.added.append(
        self.product(product, operation, reading: data, writing: result, constant: makers.count))
      makers.append { try grid.scaled { row, _ in factors[factors.count == 1 ? 0 : row] } }
    }
    let all = makers
    patch.constants = { try all.map { try $0() } }
    return patch
  }

  private func product(
    _ node: Node, _ operation: MatrixMultiplication, reading data: ValueID?, writing output: ValueID, constant: Int = 0
  ) -> Patch.NewNode {
    var new = Patch.NewNode(
      node.name, operation,
      inputs: [
        data.map(Patch.Operand.value), .constant(constant, hint: "\(node.name).weight", keeping: node.inputs[1]),
      ],
      outputs: [.value(output)])
    new.annotations = node.annotations
    return new
  }

  /// The stored matrix of a product of three axes or more.
  private func matrix(of node: Node, at index: Int, in view: GraphView) throws -> WeightGrid? {
    guard let rank = view.shape(node.inputs[0])?.count, rank > 2, let weights = view.constant(node, 1),
      weights.rank == 2, let grid = WeightGrid(weights), let id = node.inputs[1]
    else { return nil }
    guard view.users(id) == [index] else {
      throw Refusal.inUse(.constant(view.graph[id].name, node: nil))
    }
    return grid
  }

  /// One factor, or one for each element of the last axis, that a node multiplies a value by.
  private func factors(of node: Node, in view: GraphView) throws -> (ValueID, [Double])? {
    let isQuotient = node.operator is Divide
    guard node.operator is Multiply || isQuotient, node.inputs.count == 2 else { return nil }
    for (data, constant) in isQuotient ? [(0, 1)] : [(0, 1), (1, 0)] {
      guard let tensor = view.constant(node, constant), tensor.elementType.isFloatingPoint, tensor.count > 0,
        let value = node.inputs[data], let rank = view.shape(value)?.count, rank > 2, tensor.rank <= rank,
        tensor.shape.dropLast().allSatisfy({ $0 == 1 })
      else { continue }
      // Broadcasting makes no column more.
      guard tensor.count == 1 || view.shape(value)?.last?.value == tensor.count else { continue }
      let numbers = try tensor.values(as: Double.self).map { isQuotient ? 1 / $0 : $0 }
      return numbers.allSatisfy(\.isFinite) ? (value, numbers) : nil
    }
    return nil
  }
}
