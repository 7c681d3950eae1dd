import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// Regions that become one layer, by name; each is compared at extents 1 to 9 and with open ones.
@Suite struct AffineRegionTests {
  struct Region: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var channels = 4
    var rank = 2
    let expected: [String]
    let build: @Sendable (inout GraphSketch, ValueID) throws -> ValueID

    init(
      _ name: String, channels: Int = 4, rank: Int = 2, becomes expected: [String],
      _ build: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID
    ) {
      (testDescription, self.channels, self.rank, self.expected, self.build) = (name, channels, rank, expected, build)
    }
  }

  private static let same = SpatialWindow(pads: [1, 1, 1, 1])

  static let regions = [
    Region("convolution, normalization", becomes: ["Conv"]) {
      try $0.normalization($0.convolution($1, 4, 6, kernel: [3, 3], window: same, bias: true), 6)
    },
    Region("grouped convolution, normalization", becomes: ["Conv"]) {
      try $0.normalization($0.convolution($1, 4, 6, kernel: [3, 3], window: same, groups: 2), 6)
    },
    Region("over one axis", rank: 1, becomes: ["Conv"]) {
      try $0.normalization($0.convolution($1, 4, 6, kernel: [3], window: Taps(3, pads: [2, 0]).window), 6)
    },
    Region("over three axes", channels: 2, rank: 3, becomes: ["Conv"]) {
      let window = SpatialWindow(strides: [1, 2, 1], pads: [1, 0, 1, 0, 1, 1])
      return try $0.normalization($0.convolution($1, 2, 3, kernel: [3, 1, 2], window: window), 3)
    },
    Region("normalization, convolution without padding", becomes: ["Conv"]) {
      try $0.convolution($0.normalization($1, 4), 4, 6, kernel: [3, 3], groups: 2)
    },
    Region("normalization, padded convolution", becomes: ["BatchNormalization", "Conv"]) {
      try $0.convolution($0.normalization($1, 4), 4, 6, kernel: [3, 3], window: same)
    },
    Region("scale, padded convolution", becomes: ["Conv"]) {
      try $0.convolution($0.node(Multiply(), $1, $0.weights([4, 1, 1])), 4, 6, kernel: [3, 3], window: same)
    },
    Region("narrow, then wide", becomes: ["Conv"]) {
      try $0.convolution($0.convolution($1, 4, 8, kernel: [1, 1], bias: true), 8, 4, kernel: [1, 1], bias: true)
    },
    Region("a bottleneck", channels: 8, becomes: ["Conv", "Conv"]) {
      try $0.convolution($0.convolution($1, 8, 2, kernel: [1, 1]), 2, 8, kernel: [1, 1])
    },
    Region("1×1, then 3×3 padded", becomes: ["Conv"]) {
      try $0.convolution($0.convolution($1, 4, 8, kernel: [1, 1]), 8, 4, kernel: [3, 3], window: same)
    },
    Region("3×3, then 1×1 in groups", becomes: ["Conv"]) {
      let y = try $0.convolution($1, 4, 8, kernel: [3, 3], window: same, groups: 2, bias: true)
      return try $0.convolution(y, 8, 4, kernel: [1, 1], groups: 2, bias: true)
    },
    Region("depthwise, then depthwise", becomes: ["Conv"]) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 3], groups: 4)
      return try $0.convolution(y, 4, 4, kernel: [1, 1], groups: 4)
    },
    Region("RepVGG", becomes: ["Conv"]) {
      let a = try $0.normalization($0.convolution($1, 4, 4, kernel: [3, 3], window: same), 4)
      let b = try $0.normalization($0.convolution($1, 4, 4, kernel: [1, 1]), 4)
      return try $0.node(Add(), $0.node(Add(), a, b), $0.normalization($1, 4))
    },
    Region("a sum and a value itself", becomes: ["Conv"]) {
      try $0.node(Sum(), $0.convolution($1, 4, 4, kernel: [3, 3], window: same), $1)
    },
    Region("a shortcut before a normalization", becomes: ["Conv"]) {
      let y = try $0.node(Add(), $1, $0.convolution($1, 4, 4, kernel: [3, 3], window: same))
      return try $0.normalization(y, 4)
    },
    Region("kernels of three shapes", becomes: ["Conv"]) {
      let a = try $0.convolution($1, 4, 4, kernel: [3, 3], window: same)
      let b = try $0.convolution($1, 4, 4, kernel: [3, 1], window: SpatialWindow(pads: [1, 0, 1, 0]), bias: true)
      let c = try $0.convolution($1, 4, 4, kernel: [1, 3], window: SpatialWindow(pads: [0, 1, 0, 1]))
      return try $0.node(Sum(), a, b, c)
    },
    Region("a crop before a convolution", becomes: ["Conv"]) {
      let crop = try $0.node(
        Slicing(), $1, $0.integers([1, 1]), $0.integers([-1, -1]), $0.integers([2, 3]))
      let a = try $0.convolution(crop, 4, 4, kernel: [1, 1])
      return try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [3, 3]))
    },
    Region("a sum, then a crop", becomes: ["Conv"]) {
      let a = try $0.convolution($1, 4, 4, kernel: [3, 3], window: same)
      let y = try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [1, 1]))
      return try $0.node(Slicing(), y, $0.integers([1, 1]), $0.integers([-1, -1]), $0.integers([2, 3]))
    },
    Region("a sum, then zeros around", becomes: ["Conv"]) {
      let a = try $0.convolution($1, 4, 4, kernel: [1, 1])
      let y = try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [1, 1]))
      return try $0.node(Padding(), y, $0.integers([0, 0, 1, 2, 0, 0, 1, 0]))
    },
    Region("a concatenation, then a crop", becomes: ["Conv"]) {
      let a = try $0.convolution($1, 4, 2, kernel: [3, 3], window: same)
      let y = try $0.node(Concatenation(axis: 1), a, $0.convolution($1, 4, 3, kernel: [3, 3], window: same))
      return try $0.node(Slicing(), y, $0.integers([1, 1]), $0.integers([-1, -1]), $0.integers([2, 3]))
    },
    Region("mean pooling after 1×1", becomes: ["Conv"]) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1], groups: 4)
      return try $0.node(AveragePooling(window: SpatialWindow(kernel: [2, 2], strides: [2, 2])), y)
    },
    Region("a padded mean that counts", becomes: ["Conv"]) {
      let window = SpatialWindow(kernel: [3, 3], pads: [1, 1, 1, 1])
      let a = try $0.node(AveragePooling(window: window, countsPadding: true), $1)
      return try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [3, 3], window: same))
    },
    Region("a padded mean that does not", becomes: ["AveragePool", "Conv", "Add"]) {
      let window = SpatialWindow(kernel: [3, 3], pads: [1, 1, 1, 1])
      let a = try $0.node(AveragePooling(window: window), $1)
      return try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [3, 3], window: same))
    },
    Region("zeros around, then a convolution", becomes: ["Conv"]) {
      let padded = try $0.node(Padding(), $1, $0.integers([0, 0, 1, 0, 0, 0, 2, 1]))
      return try $0.convolution(padded, 4, 4, kernel: [3, 3])
    },
    Region("a shift taken back before its padding", becomes: ["Conv"]) {
      let shift = try $0.weights([4, 1, 1])
      let y = try $0.node(Add(), $0.convolution($1, 4, 4, kernel: [1, 1]), shift)
      let padded = try $0.node(Padding(), $0.node(Subtract(), y, shift), $0.integers([0, 0, 1, 1, 0, 0, 1, 1]))
      return try $0.convolution($0.node(Add(), padded, shift), 4, 4, kernel: [3, 3], bias: true)
    },
    Region("another shift than that before its padding", becomes: ["Conv", "Conv"]) {
      let y = try $0.node(Add(), $0.convolution($1, 4, 4, kernel: [1, 1]), $0.weights([4, 1, 1]))
      let padded = try $0.node(
        Padding(), $0.node(Subtract(), y, $0.weights([4, 1, 1])), $0.integers([0, 0, 1, 1, 0, 0, 1, 1]))
      return try $0.convolution(padded, 4, 4, kernel: [3, 3])
    },
    Region("a shift around which stands the same", becomes: ["Conv"]) {
      let shift = try $0.number(0.75)
      let y = try $0.node(Add(), $0.convolution($1, 4, 4, kernel: [1, 1]), shift)
      let padded = try $0.node(Padding(), y, $0.integers([0, 0, 1, 1, 0, 0, 1, 1]), $0.number(0.75))
      return try $0.convolution(padded, 4, 4, kernel: [3, 3])
    },
    Region("a value around a value", becomes: ["Pad", "Conv"]) {
      let padded = try $0.node(Padding(), $1, $0.integers([0, 0, 1, 1, 0, 0, 1, 1]), $0.number(0.75))
      return try $0.convolution(padded, 4, 4, kernel: [3, 3])
    },
    Region("branches behind one another", becomes: ["Conv"]) {
      try $0.node(
        Concatenation(axis: 1), $0.normalization($0.convolution($1, 4, 2, kernel: [1, 1]), 2),
        $0.convolution($1, 4, 3, kernel: [1, 1], bias: true))
    },
    Region("a concatenation, then 1×1", becomes: ["Conv"]) {
      let y = try $0.node(
        Concatenation(axis: -3), $0.convolution($1, 4, 3, kernel: [3, 3], window: same),
        $0.convolution($1, 4, 3, kernel: [3, 3], window: same))
      return try $0.convolution(y, 6, 4, kernel: [1, 1])
    },
    Region("channels of a convolution", becomes: ["Conv"]) {
      let y = try $0.convolution($1, 4, 6, kernel: [1, 1], bias: true)
      return try $0.node(Slicing(), y, $0.integers([-5]), $0.integers([5]), $0.integers([1]))
    },
    Region("channels of groups", becomes: ["Conv", "Slice"]) {
      let y = try $0.convolution($1, 4, 6, kernel: [1, 1], groups: 2)
      return try $0.node(Slicing(), y, $0.integers([1]), $0.integers([5]), $0.integers([1]))
    },
    Region("scales and shifts", becomes: ["Mul", "Add"]) {
      let y = try $0.node(Multiply(), $0.node(Add(), $1, $0.weights([4, 1, 1])), $0.number(3))
      return try $0.node(Subtract(), $0.weights([1, 4, 1, 1]), $0.node(Divide(), y, $0.number(2)))
    },
    Region("scales around a normalization", becomes: ["BatchNormalization"]) {
      let y = try $0.normalization($0.node(Multiply(), $1, $0.weights([4, 1, 1])), 4)
      return try $0.normalization($0.node(Negate(), y), 4)
    },
    Region("a scale taken back", becomes: ["Relu"]) {
      try $0.node(Relu(), $0.node(Divide(), $0.node(Multiply(), $1, $0.number(4)), $0.number(4)))
    },
    Region("nothing at all", becomes: ["Conv"]) {
      try $0.node(Identity(), $0.convolution($1, 4, 4, kernel: [2, 2], bias: true))
    },
  ]

  @Test(arguments: regions) func collapses(region: Region) throws {
    let result = try collapsed(
      channels: region.channels, rank: region.rank, extents: 1...(region.rank == 3 ? 4 : 7), region.build)
    #expect(result.operators == region.expected, "\(result.refusals)")
    #expect(result.open == region.expected)
  }

  /// auto_pad, from which the pads follow if the stride is 1 or the extent is known.
  @Test(arguments: [SpatialWindow.AutoPad.sameUpper, .sameLower, .valid], [1, 2, 3])
  func knowsAutomaticPadding(autoPad: SpatialWindow.AutoPad, stride: Int) throws {
    let window = SpatialWindow(strides: [stride], autoPad: autoPad)
    let result = try collapsed(channels: 2) {
      let y = try $0.convolution($1, 2, 3, kernel: [4], window: window)
      return try $0.normalization(y, 3)
    }
    #expect(result.operators == ["Conv"])
    #expect(result.open == (autoPad == .valid || stride == 1 ? ["Conv"] : ["Conv", "BatchNormalization"]))
  }

  private static let layers: [Sample] = [
    Sample("linear, normalization", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.normalization($0.linear($1, 4, 3), 3)
    },
    Sample("normalization, linear", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.linear($0.normalization($1, 4), 4, 3, bias: false)
    },
    Sample("product and sum", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.node(Add(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 3])), $0.weights([3]))
    },
    Sample("factors of a product", [.symbol("N"), 4], becomes: ["Gemm"]) {
      let product = GeneralMatrixMultiplication(alpha: 0.5, beta: 2, transposesB: false)
      return try $0.normalization($0.node(product, $1, $0.weights([4, 3]), $0.weights([1, 3])), 3)
    },
    Sample("one summand for all", [.symbol("N"), 4], becomes: ["Gemm"]) {
      let product = GeneralMatrixMultiplication(beta: -3)
      return try $0.normalization($0.node(product, $1, $0.weights([4, 3]), $0.weights([1])), 3)
    },
    Sample("one after another", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.linear($0.linear($1, 4, 8), 8, 3)
    },
    Sample("a sum of two", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.node(Add(), $0.linear($1, 4, 3), $0.node(MatrixMultiplication(), $1, $0.weights([4, 3])))
    },
    Sample("a residual", [.symbol("N"), 4], becomes: ["Gemm"]) { try $0.node(Add(), $1, $0.linear($1, 4, 4)) },
    Sample("a bottleneck", [.symbol("N"), 8], becomes: ["Gemm", "Gemm"]) {
      try $0.linear($0.linear($1, 8, 2), 2, 8)
    },
    Sample("rows for each sample", [3, 4], becomes: ["Gemm", "BatchNormalization"]) {
      try $0.normalization($0.node(GeneralMatrixMultiplication(), $1, $0.weights([4, 3]), $0.weights([3, 1])), 3)
    },
    Sample("a transposed input", [4, 4], becomes: ["Gemm", "BatchNormalization"]) {
      try $0.normalization($0.node(GeneralMatrixMultiplication(transposesA: true), $1, $0.weights([4, 3])), 3)
    },
    Sample("three axes", [.symbol("N"), 3, 4], becomes: ["MatMul", "Mul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 3])), $0.weights([3, 1]))
    },
    Sample("broadcasting is no sum", [1, 4, 1, 3], becomes: ["Conv", "Conv", "Add"]) {
      let a = try $0.convolution($1, 4, 4, kernel: [1, 1])
      return try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [1, 3]))
    },
    Sample("a value added to itself", becomes: ["Conv"]) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1], bias: true)
      return try $0.node(Add(), y, y)
    },
  ]

  @Test(arguments: layers) func collapsesLayers(sample: Sample) throws {
    for operatorSet in [9, 25] {
      let (graph, refusals) = try rewritten(sample.graph(), CollapseAffineRegions(), operatorSet: operatorSet)
      #expect(graph.operators == sample.expected, "\(refusals)")
      // Before version 11 the summand of Gemm had to be there.
      for node in graph.nodes where sample.expected == ["Gemm"] && operatorSet < 11 {
        #expect(node.inputs.count == 3)
      }
    }
  }

  /// Constants under the names they had; if nothing but the window changes, they are the very same.
  @Test func keepsNamesAndWeights() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 8, 8])
    let padded = try sketch.node(Padding(), x, sketch.integers([0, 0, 1, 1, 0, 0, 1, 1]))
    let conv = try sketch.convolution(padded, 3, 4, kernel: [3, 3], bias: true, name: "stem")
    let relu = try sketch.node(Relu(), conv)
    let graph = try sketch.finish(
      sketch.normalization(sketch.convolution(relu, 4, 2, kernel: [1, 1], name: "head"), 2, name: "bn"))
    let (result, _) = try rewritten(graph, CollapseAffineRegions())
    #expect(result.operators == ["Conv", "Relu", "Conv"])
    #expect(result.nodes.map(\.name) == ["stem", "", "head"])
    #expect(
      result.nodes.flatMap { $0.inputs.dropFirst() }.map { result[$0!].name } == [
        "stem.weight", "stem.bias", "head.weight", "head.bias",
      ])
    let (before, after) = (graph.value(named: "stem.weight")!, result.value(named: "stem.weight")!)
    #expect(graph[before].constant?.storage === result[after].constant?.storage)
  }
}
