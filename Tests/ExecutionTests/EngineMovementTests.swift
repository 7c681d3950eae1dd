import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Operators that only move numbers, on tensors that are no images, too.
@Suite(.serialized) struct EngineMovementTests {
  private static let shapes = [[6], [5, 7], [16, 33], [3, 4, 5], [2, 1, 17, 20], [2, 3, 16, 19], [2, 3, 2, 5, 4]]

  /// What is moved has the same bits.
  private func expectSame(_ sketch: inout GraphSketch, _ results: [ValueID], _ what: String = "") throws {
    try expectAgreement(sketch.finish(all: results), tolerance: 0, what)
  }

  @Test(arguments: shapes) func transposes(shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    let orders = [Array(shape.indices.reversed()), Array(shape.indices.dropFirst()) + [0], Array(shape.indices)]
    let swapped = shape.count > 1 ? [Array(shape.indices.dropLast(2)) + [shape.count - 1, shape.count - 2]] : []
    let results = try (orders + swapped).map { try sketch.node(Transpose(permutation: $0), x) }
    let twice = try sketch.node(Transpose(), sketch.node(Transpose(), x))
    try expectSame(&sketch, results + [twice])
  }

  /// More axes than the kernel has, of which some can be joined, and of which none can.
  @Test func transposesManyAxes() throws {
    for order in [[0, 1, 2, 3, 9, 4, 5, 6, 7, 8], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]] {
      var sketch = GraphSketch()
      let x = try sketch.input([Int](repeating: 2, count: 10))
      try expectAgreement(
        sketch.finish(sketch.node(Transpose(permutation: order), x)), references: nil, tolerance: 0, "\(order)")
    }
  }

  @Test(arguments: shapes) func slices(shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    let last = shape.count - 1
    var results: [ValueID] = []
    for (start, end, step) in [(1, 9, 2), (-1, -99, -1), (-1, -99, -3), (0, 4, 1), (2, 3, 1)] {
      for axis in Set([0, last]) where shape[axis] > 2 {
        results.append(
          try sketch.node(
            Slicing(), x, sketch.integers([start]), sketch.integers([end]), sketch.integers([axis]),
            sketch.integers([step])))
      }
    }
    results.append(
      try sketch.node(
        Slicing(), x, sketch.integers(shape.map { _ in 0 }), sketch.integers(shape.map { max(1, $0 - 1) })))
    try expectSame(&sketch, results)
  }

  @Test(arguments: [0, 1, 2, -1], [[4, 4, 4], [5, 4, 6], [4, 8, 4]]) func splits(axis: Int, shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    let extent = shape[axis < 0 ? axis + 3 : axis]
    let parts = try sketch.nodes(Split(axis: axis), [x, sketch.integers([1, extent - 3, 2])], outputs: 3)
    try expectSame(&sketch, parts)
  }

  @Test(arguments: [0, 1, 2, -1]) func joins(axis: Int) throws {
    var sketch = GraphSketch()
    let (x, y) = (try sketch.input([3, 4, 5], "a"), try sketch.input([3, 4, 5], "b"))
    let z = try sketch.node(Transpose(permutation: [0, 1, 2]), y)
    let joined = try sketch.node(Concatenation(axis: axis), x, sketch.weights([3, 4, 5]), z, x)
    let image = try sketch.node(
      Concatenation(axis: axis == -1 ? 3 : axis), sketch.input([2, 5, 3, 4], "c"), sketch.input([2, 5, 3, 4], "d"))
    try expectAgreement(sketch.finish(joined, image), tolerance: 0)
  }

  @Test func repeats() throws {
    var sketch = GraphSketch()
    let (x, row) = (try sketch.input([2, 1, 5], "a"), try sketch.input([7], "b"))
    let results = [
      try sketch.node(Expand(), x, sketch.integers([3, 2, 4, 5])),
      try sketch.node(Expand(), row, sketch.integers([6, 1])),
      try sketch.node(Expand(), x, sketch.integers([1])), try sketch.node(Tile(), x, sketch.integers([2, 3, 2])),
    ]
    try expectSame(&sketch, results)
  }

  /// One index, equal steps either way, and lists that are none.
  @Test(arguments: [0, 1, 2, -1]) func gathers(axis: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([4, 5, 6])
    let results = try [[2], [-1], [0, 1, 2], [3, 1], [0, 0, 0]].map {
      try sketch.node(Gather(axis: axis), x, sketch.integers($0))
    }
    let scalar = try sketch.node(Gather(axis: axis), x, sketch.constant(Tensor([Int64(1)], shape: [])))
    let table = try sketch.node(Gather(axis: axis), x, sketch.constant(Tensor([Int64(0), 1, 2, 3], shape: [2, 2])))
    try expectSame(&sketch, results + [scalar, table])
    var other = GraphSketch()
    let y = try other.input([4, 5, 6])
    try expectAgreement(
      other.finish(other.node(Gather(axis: axis), y, other.integers([0, 2, 1]))), references: nil, tolerance: 0)
  }

  @Test(arguments: [2, 3], [BlockOrder.depthFirst, .columnFirst]) func movesBlocks(side: Int, order: BlockOrder) throws
  {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 5 * side * side, 3, 4], "a")
    let deep = try sketch.node(DepthToSpace(blockSize: side, order: order), x)
    let y = try sketch.input([2, 5, 3 * side, 4 * side], "b")
    let wide = try sketch.node(SpaceToDepth(blockSize: side), y)
    try expectSame(&sketch, [deep, wide])
  }

  /// Of nothing there is nothing to move.
  @Test func movesNothing() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 0, 3])
    let results = [
      try sketch.node(Transpose(), x), try sketch.node(Tile(), x, sketch.integers([1, 2, 2])),
      try sketch.node(Expand(), x, sketch.integers([4, 2, 0, 3])),
      try sketch.node(Concatenation(axis: 0), x, x), try sketch.node(Gather(axis: 2), x, sketch.integers([1])),
      try sketch.node(Slicing(), x, sketch.integers([0]), sketch.integers([1])),
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }

  /// A computed image is moved, and what was moved is an image again.
  @Test func movesImages() throws {
    var sketch = GraphSketch()
    let x = try sketch.node(Relu(), sketch.input([2, 19, 5, 6]))
    let last = try sketch.node(Transpose(permutation: [0, 2, 3, 1]), x)
    let back = try sketch.node(Transpose(permutation: [0, 3, 1, 2]), last)
    let y = try sketch.convolution(back, 19, 4, kernel: [3, 3], window: .padded(1))
    let row = try sketch.node(Reshape(), last, sketch.integers([2, 30, 19]))
    try expectAgreement(sketch.finish(y, row, last))
  }
}
