import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Reduction`.
enum NcnnReduction: NcnnLayerKind {
  private static let table: [(any Operator.Type, Int)] = [
    (ReduceSum.self, 0), (ReduceSumSquare.self, 2), (ReduceMean.self, 3), (ReduceMaximum.self, 4),
    (ReduceMinimum.self, 5), (ReduceProduct.self, 6), (ReduceL1.self, 7), (ReduceL2.self, 8), (ReduceLogSum.self, 9),
    (ReduceLogSumExp.self, 10),
  ]
  static let types = ["Reduction"]
  static let operators: [any Operator.Type] = table.map(\.0)

  static func write(_ node: NcnnNode) throws {
    let kind = ObjectIdentifier(type(of: node.operator))
    guard let number = table.first(where: { ObjectIdentifier($0.0) == kind })?.1,
      let settings = (node.operator as? any Reduction)?.settings
    else { return }
    let shape = try node.shape(0)
    let given = try node.integers(1, "axes") ?? []
    if given.isEmpty, settings.keepsEmptyAxes { return try node.pass(node.place(0)) }
    let axes = given.isEmpty ? Array(shape.indices) : given
    // A batch of one is reduced by looking at it.
    let positions = try axes.compactMap { try node.axis($0) }.sorted()
    if positions.isEmpty { return try node.pass(node.place(0)) }
    var parameters = NcnnParameters()
    parameters.set(0, number)
    parameters.set(1, 0)
    parameters.set(3, positions)
    parameters.set(4, settings.keepsAxes)
    parameters.set(5, 1)
    let dimensions = try node.dimensions(0)
    var result: [Dimension] = []
    for (position, extent) in dimensions.enumerated() {
      if !positions.contains(position) { result.append(extent) } else if settings.keepsAxes { result.append(1) }
    }
    try node.pass(node.step("Reduction", [node.blob(0)], parameters, dimensions: result.isEmpty ? [1] : result))
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let rank = try layer.dimensions(input).count
    let isWhole = try layer.int(1, default: 1) != 0
    let given = try layer.ints(3) ?? []
    let all = Array(0..<rank)
    let axes = isWhole || given.isEmpty ? all : try given.axes(ofRank: rank).sorted()
    let keeps = try layer.int(4) != 0
    _ = try layer.int(5)
    let settings = ReductionSettings(keepsAxes: keeps || axes.count == rank)
    let operations: [Int: any Operator] = [
      0: ReduceSum(settings: settings), 1: ReduceL1(settings: settings), 2: ReduceSumSquare(settings: settings),
      3: ReduceMean(settings: settings), 4: ReduceMaximum(settings: settings), 5: ReduceMinimum(settings: settings),
      6: ReduceProduct(settings: settings), 7: ReduceL1(settings: settings), 8: ReduceL2(settings: settings),
      9: ReduceLogSum(settings: settings), 10: ReduceLogSumExp(settings: settings),
    ]
    guard let operation = operations[try layer.int(0)] else { throw layer.refusal("reduction \(try layer.int(0))") }
    var result = try layer.step(operation, input, layer.integers(axes.map { $0 + 1 }))
    // One number stays a dimension of its own.
    if axes.count == rank, !keeps, rank > 1 { result = try layer.step(Flatten(axis: 1), result) }
    let factor = try layer.float(2, default: 1)
    if factor != 1 { result = try layer.step(Multiply(), result, layer.number(factor)) }
    layer.define(result)
  }
}
