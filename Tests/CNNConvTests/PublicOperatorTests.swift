import CNNConv
import Testing

/// Operators that a program builds graphs with. Numbers are worked out by hand, or by NumPy.
@Suite struct PublicOperatorTests {
  /// Runs one operator; the tensors behind `x` are constants.
  private func run(_ operation: any Operator, _ x: Tensor, _ constants: Tensor?...) throws -> Tensor {
    var network = GraphBuilder()
    let input = try network.input("x", x.elementType, shape: x.shape.map(Dimension.fixed))
    let others = try constants.map { try $0.map { try network.constant($0) } }
    let y = try network.apply(operation, to: [input] + others, names: ["y"])[0]
    try network.output(y)
    return try #require(try Session(Model(graph: network.graph)).run(["x": x])["y"])
  }

  private func near(_ tensor: Tensor, _ expected: [Float]) throws -> Bool {
    let found = try tensor.values(as: Float.self)
    return found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  /// One step of one number, all weights 1 and the state 0.
  @Test func recurrentNetworks() throws {
    let x = try Tensor([Float(1)], shape: [1, 1, 1])
    func weights(_ gates: Int, _ value: Float = 1) throws -> Tensor {
      try Tensor([Float](repeating: value, count: gates), shape: [1, gates, 1])
    }
    // tanh(0.5)
    #expect(try near(run(RecurrentNetwork(hiddenSize: 1), x, weights(1, 0.5), weights(1)), [0.46211716]))
    // σ(1) · tanh(σ(1) · tanh(1))
    #expect(try near(run(LongShortTermMemory(hiddenSize: 1), x, weights(4), weights(4)), [0.36960635]))
    // (1 - σ(1)) · tanh(1)
    #expect(
      try near(run(GatedRecurrentUnit(hiddenSize: 1, appliesResetLast: true), x, weights(3), weights(3)), [0.20482421]))
    #expect(
      try run(
        RecurrentNetwork(.bidirectional, hiddenSize: 1), x, Tensor([Float](repeating: 1, count: 2), shape: [2, 1, 1]),
        Tensor([Float](repeating: 1, count: 2), shape: [2, 1, 1])
      ).shape == [1, 2, 1, 1])
    #expect(
      try run(RecurrentNetwork(hiddenSize: 1, isBatchFirst: true), x, weights(1), weights(1)).shape == [1, 1, 1, 1])
  }

  @Test func resampling() throws {
    let x = try Tensor([Float(1), 2, 3, 4], shape: [1, 1, 2, 2])
    let twice = try Tensor([Float(1), 1, 2, 2], shape: [4])
    let large: [Float] = [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]
    #expect(try near(run(Resize(), x, nil, twice), large))
    #expect(try near(run(Upsample(), x, twice), large))
    let sizes = try Tensor([Int64(1), 1, 3, 3], shape: [4])
    let corners = Resize(Resampling(.linear, coordinates: .alignCorners))
    #expect(try near(run(corners, x, nil, nil, sizes), [1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]))
    // The middle of the image, and its lower right corner.
    let grid = try Tensor([Float(0), 0, 1, 1], shape: [1, 1, 2, 2])
    #expect(try near(run(GridSample(alignsCorners: true), x, grid), [2.5, 4]))
    #expect(try near(run(GridSample(mode: .nearest, beyond: .border), x, grid), [1, 4]))
  }

  @Test func blocks() throws {
    let x = try Tensor((0..<8).map { Float($0) }, shape: [1, 4, 1, 2])
    // Channel `(row · 2 + column)` gives a block's element.
    #expect(try near(run(DepthToSpace(blockSize: 2), x), [0, 2, 1, 3, 4, 6, 5, 7]))
    #expect(try near(run(DepthToSpace(blockSize: 2, order: .columnFirst), x), [0, 2, 1, 3, 4, 6, 5, 7]))
    let image = try Tensor((0..<8).map { Float($0) }, shape: [1, 1, 2, 4])
    #expect(try near(run(SpaceToDepth(blockSize: 2), image), [0, 2, 1, 3, 4, 6, 5, 7]))
  }

  @Test func reductions() throws {
    let x = try Tensor([Float(1), 2, 2, 4], shape: [2, 2])
    let axes = try Tensor([Int64(1)], shape: [1])
    let expected: [(any Operator, [Float])] = [
      (ReduceSum(keepsAxes: false), [3, 6]), (ReduceMean(keepsAxes: false), [1.5, 3]),
      (ReduceMaximum(keepsAxes: false), [2, 4]), (ReduceMinimum(keepsAxes: false), [1, 2]),
      (ReduceProduct(keepsAxes: false), [2, 8]), (ReduceL1(keepsAxes: false), [3, 6]),
      (ReduceL2(keepsAxes: false), [2.236068, 4.472136]), (ReduceSumSquare(keepsAxes: false), [5, 20]),
      (ReduceLogSum(keepsAxes: false), [1.0986123, 1.7917595]),
      (ReduceLogSumExp(keepsAxes: false), [2.3132617, 4.126928]),
    ]
    for (operation, values) in expected {
      let y = try run(operation, x, axes)
      #expect(y.shape == [2])
      #expect(try near(y, values), "\(operation.signature.name)")
    }
  }
}
