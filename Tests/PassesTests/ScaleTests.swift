import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// Scales that move into layers before them or behind them.
@Suite struct ScaleTests {
  private static let image: [Dimension] = [.symbol("N"), 4, 5, 5]
  private static let same = SpatialWindow(pads: [1, 1, 1, 1])
  private static let half = SpatialWindow(kernel: [2, 2], strides: [2, 2])

  private static let backward: [Sample] = [
    Sample("a convolution", image, becomes: ["Conv"]) {
      try $0.normalization($0.convolution($1, 4, 6, kernel: [3, 3], window: same, groups: 2, bias: true), 6)
    },
    Sample("a transposed convolution", image, becomes: ["ConvTranspose"]) {
      let window = SpatialWindow(strides: [2, 2], pads: [1, 1, 1, 1])
      return try $0.normalization($0.transposedConvolution($1, 4, 6, kernel: [4, 4], window: window, bias: true), 6)
    },
    Sample("a transposed convolution in groups", image, becomes: ["ConvTranspose"]) {
      try $0.normalization($0.transposedConvolution($1, 4, 6, kernel: [2, 3], groups: 2), 6)
    },
    Sample("a linear layer", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.normalization($0.linear($1, 4, 3), 3)
    },
    Sample("a product", [.symbol("N"), 4], becomes: ["Gemm"]) {
      try $0.normalization($0.node(MatrixMultiplication(), $1, $0.weights([4, 3])), 3)
    },
    Sample("a product and a factor", [.symbol("N"), 4], becomes: ["MatMul"]) {
      try $0.node(Multiply(), $0.node(MatrixMultiplication(), $1, $0.weights([4, 3])), $0.weights([3]))
    },
    Sample("factors of a product", [.symbol("N"), 4], becomes: ["Gemm"]) {
      let product = GeneralMatrixMultiplication(alpha: 0.5, beta: -2)
      return try $0.normalization($0.node(product, $1, $0.weights([4, 3]), $0.weights([1])), 3)
    },
    Sample("concatenation", image, becomes: ["Conv", "Conv", "Concat"]) {
      let a = try $0.convolution($1, 4, 2, kernel: [3, 3], window: same)
      let b = try $0.convolution($1, 4, 3, kernel: [1, 1], bias: true)
      return try $0.normalization($0.node(Concatenation(axis: 1), a, b), 5)
    },
    Sample("concatenations of concatenations", image, becomes: ["Conv", "Conv", "Concat", "ConvTranspose", "Concat"]) {
      let a = try $0.convolution($1, 4, 2, kernel: [1, 1])
      let b = try $0.convolution($1, 4, 3, kernel: [1, 1])
      let inner = try $0.node(Concatenation(axis: -3), a, b)
      let c = try $0.transposedConvolution($1, 4, 1, kernel: [1, 1])
      return try $0.normalization($0.node(Concatenation(axis: 1), inner, c), 6)
    },
    Sample("average pooling", image, becomes: ["Conv", "AveragePool"]) {
      try $0.normalization($0.node(AveragePooling(window: half), $0.convolution($1, 4, 6, kernel: [1, 1])), 6)
    },
    Sample("average pooling of which the padding does not count", image, becomes: ["Conv", "AveragePool"]) {
      let window = SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1], ceilMode: true)
      return try $0.normalization(
        $0.node(AveragePooling(window: window), $0.convolution($1, 4, 6, kernel: [1, 1])), 6)
    },
    Sample("a factor, average pooling of which the padding counts", image, becomes: ["Conv", "AveragePool"]) {
      let pool = AveragePooling(window: SpatialWindow(kernel: [3, 3], pads: [1, 1, 1, 1]), countsPadding: true)
      let y = try $0.node(pool, $0.convolution($1, 4, 6, kernel: [1, 1], bias: true))
      return try $0.node(Multiply(), y, $0.weights([6, 1, 1]))
    },
    Sample("global average pooling", image, becomes: ["Conv", "GlobalAveragePool"]) {
      try $0.normalization($0.node(GlobalAveragePooling(), $0.convolution($1, 4, 6, kernel: [1, 1])), 6)
    },
    Sample("maximum pooling, factors above zero", image, becomes: ["Conv", "MaxPool"]) {
      let window = SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])
      return try $0.normalization(
        $0.node(MaxPooling(window: window), $0.convolution($1, 4, 6, kernel: [1, 1])), 6, positive: true)
    },
    Sample("global maximum pooling, factors above zero", image, becomes: ["Conv", "GlobalMaxPool"]) {
      try $0.normalization(
        $0.node(GlobalMaxPooling(), $0.convolution($1, 4, 6, kernel: [1, 1])), 6, positive: true)
    },
    Sample("a sum", image, becomes: ["Conv", "ConvTranspose", "Add"]) {
      let a = try $0.convolution($1, 4, 4, kernel: [3, 3], window: same, bias: true)
      let b = try $0.transposedConvolution($1, 4, 4, kernel: [3, 3], window: same, bias: true)
      return try $0.normalization($0.node(Add(), a, b), 4)
    },
    Sample("a sum of normalizations", image, becomes: ["Relu", "BatchNormalization", "Conv", "Sum"]) {
      let relu = try $0.node(Relu(), $1)
      let a = try $0.normalization(relu, 4)
      return try $0.normalization($0.node(Sum(), a, $0.convolution(relu, 4, 4, kernel: [1, 1])), 4)
    },
    Sample("a position for each channel", image, becomes: ["Conv", "GlobalAveragePool", "Flatten"]) {
      let pooled = try $0.node(GlobalAveragePooling(), $0.convolution($1, 4, 6, kernel: [1, 1]))
      return try $0.normalization($0.node(Flatten(), pooled), 6)
    },
    Sample("a mirror around", image, becomes: ["Conv", "Pad"]) {
      let y = try $0.convolution($1, 4, 6, kernel: [1, 1])
      return try $0.normalization(
        $0.node(Padding(mode: .reflect), y, $0.integers([0, 0, 1, 2, 0, 0, 0, 1])), 6)
    },
    Sample("a difference from a constant", image, becomes: ["Conv", "AveragePool"]) {
      let y = try $0.node(AveragePooling(window: half), $0.convolution($1, 4, 6, kernel: [1, 1]))
      return try $0.node(Subtract(), $0.weights([6, 1, 1]), y)
    },
  ]

  @Test(arguments: backward) func movesBackward(sample: Sample) throws {
    let (graph, refusals) = try rewritten(sample.graph(), AbsorbScales())
    #expect(graph.operators == sample.expected, "\(refusals)")
  }

  /// Each begins with Relu, into which nothing goes.
  private static let forward: [Sample] = [
    Sample("a convolution", image, becomes: ["Relu", "Conv"]) {
      try $0.convolution($0.normalization($0.node(Relu(), $1), 4), 4, 6, kernel: [3, 3], groups: 2, bias: true)
    },
    Sample("a factor, a padded convolution", image, becomes: ["Relu", "Conv"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.weights([4, 1, 1]))
      return try $0.convolution(y, 4, 6, kernel: [3, 3], window: same)
    },
    Sample("two readers", image, becomes: ["Relu", "Conv", "Conv", "Concat"]) {
      let y = try $0.normalization($0.node(Relu(), $1), 4)
      return try $0.node(
        Concatenation(axis: 1), $0.convolution(y, 4, 2, kernel: [1, 1]),
        $0.convolution(y, 4, 3, kernel: [1, 1], bias: true))
    },
    Sample("a transposed convolution of single positions", image, becomes: ["Relu", "ConvTranspose"]) {
      try $0.transposedConvolution($0.normalization($0.node(Relu(), $1), 4), 4, 6, kernel: [1, 1], groups: 2)
    },
    Sample("a factor, a transposed convolution in groups", image, becomes: ["Relu", "ConvTranspose"]) {
      let y = try $0.node(Multiply(), $0.node(Relu(), $1), $0.weights([4, 1, 1]))
      let window = SpatialWindow(strides: [2, 2], pads: [1, 1, 1, 1])
      return try $0.transposedConvolution(y, 4, 6, kernel: [4, 4], window: window, groups: 2, bias: true)
    },
    Sample("a linear layer", [.symbol("N"), 4], becomes: ["Relu", "Gemm"]) {
      try $0.linear($0.normalization($0.node(Relu(), $1), 4), 4, 3)
    },
    Sample("factors of a product", [.symbol("N"), 4], becomes: ["Relu", "Gemm"]) {
      let product = GeneralMatrixMultiplication(alpha: 0.5, beta: -2)
      return try $0.node(product, $0.normalization($0.node(Relu(), $1), 4), $0.weights([4, 3]), $0.weights([3]))
    },
    Sample("a product", [.symbol("N"), 4], becomes: ["Relu", "Gemm"]) {
      try $0.node(MatrixMultiplication(), $0.normalization($0.node(Relu(), $1), 4), $0.weights([4, 3]))
    },
    Sample("flattened positions", image, becomes: ["Relu", "Flatten", "Gemm"]) {
      try $0.linear($0.node(Flatten(), $0.normalization($0.node(Relu(), $1), 4)), 100, 3)
    },
    Sample("reshaped positions", image, becomes: ["Relu", "Reshape", "Gemm"]) {
      let y = try $0.node(Reshape(), $0.normalization($0.node(Relu(), $1), 4), $0.integers([-1, 100]))
      return try $0.linear(y, 100, 3)
    },
    Sample("pooled positions", image, becomes: ["Relu", "GlobalAveragePool", "Flatten", "Gemm"]) {
      let y = try $0.node(GlobalAveragePooling(), $0.normalization($0.node(Relu(), $1), 4))
      return try $0.linear($0.node(Flatten(), y), 4, 3)
    },
    Sample("maximum pooling, factors above zero", image, becomes: ["Relu", "MaxPool", "Conv"]) {
      let y = try $0.node(MaxPooling(window: half), $0.normalization($0.node(Relu(), $1), 4, positive: true))
      return try $0.convolution(y, 4, 6, kernel: [1, 1])
    },
    Sample("another normalization", image, becomes: ["Relu", "AveragePool", "BatchNormalization"]) {
      let y = try $0.node(AveragePooling(window: half), $0.normalization($0.node(Relu(), $1), 4))
      return try $0.normalization(y, 4)
    },
    Sample("a shift that stays behind", image, becomes: ["Relu", "Conv", "Conv", "Concat"]) {
      let y = try $0.node(Multiply(), $0.number(3), $0.node(Relu(), $1))
      return try $0.node(
        Concatenation(axis: 1), $0.convolution(y, 4, 2, kernel: [3, 3], window: same),
        $0.convolution(y, 4, 3, kernel: [1, 1]))
    },
  ]

  @Test(arguments: forward) func movesForward(sample: Sample) throws {
    let (graph, refusals) = try rewritten(sample.graph(), AbsorbScales())
    #expect(graph.operators == sample.expected, "\(refusals)")
  }

  /// What is subtracted of what does not change, whichever of the two constants fits the channels.
  @Test func aDifferenceOfConstantsKeepsItsSign() throws {
    let sample = Sample("a difference of constants", Self.image, becomes: []) {
      let difference = try $0.node(Subtract(), $0.weights([1, 4, 5, 5]), $0.weights([4, 1, 1]))
      return try $0.node(Add(), $0.normalization(difference, 4), $1)
    }
    _ = try rewritten(sample.graph(), CollapseAffineRegions())
    _ = try rewritten(sample.graph(), AbsorbScales())
  }
}
