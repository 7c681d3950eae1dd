import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// Factors of products over the last axis.
@Suite struct ProductScaleTests {
  private static let rows: [Dimension] = [.symbol("N"), 3, 4]

  private static let folded: [Sample] = [
    Sample("columns", rows, becomes: ["MatMul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.weights([5]))
    },
    Sample("columns, the factors first", rows, becomes: ["MatMul"]) {
      try $0.node(Multiply(), $0.weights([1, 1, 5]), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])))
    },
    Sample("a quotient", rows, becomes: ["MatMul"]) {
      try $0.node(Divide(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.number(8))
    },
    Sample("rows", rows, becomes: ["Relu", "MatMul"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.weights([4]))
      return try $0.node(MatrixMultiplication(), y, $0.weights([4, 5]))
    },
    Sample("rows of several products", rows, becomes: ["Relu", "MatMul", "MatMul", "Add"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.number(0.125))
      let a = try $0.node(MatrixMultiplication(), y, $0.weights([4, 5]))
      return try $0.node(Add(), a, $0.node(MatrixMultiplication(), y, $0.weights([4, 5])))
    },
    Sample("four axes", [.symbol("N"), 2, 3, 4], becomes: ["MatMul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.weights([5]))
    },
  ]

  @Test(arguments: folded) func folds(sample: Sample) throws {
    let (graph, refusals) = try rewritten(sample.graph(), FoldScalesIntoProducts())
    #expect(graph.operators == sample.expected, "\(refusals)")
  }

  private static let kept: [Sample] = [
    Sample("two axes are the business of others", [.symbol("N"), 4], becomes: ["MatMul", "Mul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.weights([5]))
    },
    Sample("another axis", rows, becomes: ["MatMul", "Mul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 3])), $0.weights([3, 1]))
    },
    Sample("a quotient of which it is the divisor", rows, becomes: ["MatMul", "Div"]) {
      try $0.node(Divide(), $0.weights([5]), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])))
    },
    Sample("a column repeated by broadcasting", rows, becomes: ["MatMul", "Mul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 1])), $0.weights([5]))
    },
    Sample("a row repeated by broadcasting", [.symbol("N"), 3, 1], becomes: ["Relu", "Mul", "MatMul"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.weights([4]))
      return try $0.node(MatrixMultiplication(), y, $0.weights([4, 5]))
    },
    Sample("axes added by broadcasting", rows, becomes: ["MatMul", "Mul"]) {
      try $0.node(
        Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.weights([1, 1, 1, 5]))
    },
    Sample("another reader", rows, becomes: ["MatMul", "Mul", "Add"]) {
      let y = try $0.node(MatrixMultiplication(), $1, $0.weights([4, 5]))
      return try $0.node(Add(), y, $0.node(Multiply(), y, $0.weights([5])))
    },
    Sample("a reader that is no product", rows, becomes: ["Relu", "Mul", "MatMul", "Mul", "Add"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.number(3))
      return try $0.node(
        Add(), $0.node(MatrixMultiplication(), y, $0.weights([4, 4])), $0.node(Multiply(), y, y))
    },
    Sample("a stack of matrices", rows, becomes: ["MatMul", "Mul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([1, 4, 5])), $0.weights([5]))
    },
    Sample("the second factor", [1, 4, 4], becomes: ["Mul", "MatMul"]) {
      try $0.node(MatrixMultiplication(), $0.weights([3, 4]), $0.node(Multiply(), $1, $0.number(2)))
    },
    Sample("a quotient by zero", rows, becomes: ["MatMul", "Div"]) {
      try $0.node(Divide(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 5])), $0.number(-0.0))
    },
  ]

  @Test(arguments: kept) func keeps(sample: Sample) throws {
    var graph = try sample.graph()
    let report = try PassDriver([FoldScalesIntoProducts()]).run(&graph)
    #expect(graph.operators == sample.expected)
    #expect(report.refusals.isEmpty)
  }

  @Test func refusesSharedMatrices() throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Self.rows)
    let matrix = try sketch.weights([4, 4], "matrix")
    let y = try sketch.node(Multiply(), sketch.node(MatrixMultiplication(), x, matrix), sketch.weights([4]))
    let graph = try sketch.finish(sketch.node(MatrixMultiplication(), sketch.node(Relu(), y), matrix))
    let (result, refusals) = try rewritten(graph, FoldScalesIntoProducts())
    #expect(result.operators == ["MatMul", "Mul", "Relu", "MatMul"])
    #expect(refusals == [.inUse(.constant("matrix", node: nil))])
  }
}
